/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Settings are read alike from ops that were just made and from ops that a stock load made. */
final class AttributesTest {
  @TempDir private Path folder;

  /** Returns the attributes of the node made by this function: fresh, and after a save and load. */
  private List<Attributes> both(BiFunction<SameDiff, SDVariable, SDVariable> make) {
    SameDiff sd = SameDiff.create();
    String name = make.apply(sd, sd.placeHolder("x", DataType.FLOAT, -1, 4, 6)).name();
    Path file = folder.resolve("graph.fb");
    sd.save(file.toFile(), false);
    List<Attributes> attributes = new ArrayList<>();
    for (SameDiff each : List.of(sd, SameDiff.load(file.toFile(), false))) {
      attributes.add(GraphView.of(each).value(name).producer().orElseThrow().attributes());
    }
    return attributes;
  }

  private static SDVariable ints(SameDiff sd, int... numbers) {
    return sd.constant(
        sd.generateDistinctCustomVariableName("numbers"), Nd4j.createFromArray(numbers));
  }

  private static SDVariable longs(SameDiff sd, long... numbers) {
    return sd.constant(
        sd.generateDistinctCustomVariableName("numbers"), Nd4j.createFromArray(numbers));
  }

  @Test
  void transposesOfMatmul() {
    for (int flags = 0; flags < 8; flags++) {
      boolean a = (flags & 1) != 0;
      boolean b = (flags & 2) != 0;
      boolean result = (flags & 4) != 0;
      for (Attributes attributes :
          both(
              (sd, x) ->
                  sd.mmul("y", x, sd.placeHolder("z", DataType.FLOAT, -1, 6, 4), a, b, result))) {
        assertThat(attributes.transposeA()).isEqualTo(a);
        assertThat(attributes.transposeB()).isEqualTo(b);
        assertThat(attributes.transposeResult()).isEqualTo(result);
      }
    }
  }

  @Test
  void axesOfReductions() {
    for (Attributes attributes : both((sd, x) -> x.mean("y", true, -1))) {
      assertThat(attributes.dimensions()).containsExactly(-1);
      assertThat(attributes.keepDims()).isTrue();
    }
    for (Attributes attributes : both((sd, x) -> x.sum("y", false, 0, 2))) {
      assertThat(attributes.dimensions()).containsExactly(0, 2);
      assertThat(attributes.keepDims()).isFalse();
    }
    for (Attributes attributes : both((sd, x) -> x.mean("y"))) {
      assertThat(attributes.dimensions()).isEmpty();
    }
    for (Attributes attributes : both((sd, x) -> sd.mean("y", x, ints(sd, 1, 2), true))) {
      assertThat(attributes.dimensions()).containsExactly(1, 2);
      assertThat(attributes.keepDims()).isTrue();
    }
    for (Attributes attributes :
        both((sd, x) -> sd.mean("y", x, sd.placeHolder("axes", DataType.INT32, -1), true))) {
      assertThat(attributes.findDimensions()).isEmpty();
    }
    for (Attributes attributes : both((sd, x) -> sd.variance("y", x, false, true, -1))) {
      assertThat(attributes.dimensions()).containsExactly(-1);
      assertThat(attributes.keepDims()).isTrue();
    }
    for (Attributes attributes : both((sd, x) -> sd.argmax("y", x, true, 1))) {
      assertThat(attributes.dimensions()).containsExactly(1);
      assertThat(attributes.keepDims()).isTrue();
    }
    for (Attributes attributes : both((sd, x) -> sd.math().moments(x, new int[] {2}, true)[0])) {
      assertThat(attributes.dimensions()).containsExactly(2);
      assertThat(attributes.keepDims()).isTrue();
    }
  }

  @Test
  void ordersOfAxes() {
    for (Attributes attributes : both((sd, x) -> sd.permute("y", x, 0, 2, 1))) {
      assertThat(attributes.dimensions()).containsExactly(0, 2, 1);
    }
    for (Attributes attributes : both((sd, x) -> sd.permute("y", x, ints(sd, 2, 0, 1)))) {
      assertThat(attributes.dimensions()).containsExactly(2, 0, 1);
    }
    for (Attributes attributes : both((sd, x) -> sd.transpose("y", x))) {
      assertThat(attributes.dimensions()).isEmpty();
    }
  }

  @Test
  void singleAxes() {
    assertAxis(-1, (sd, x) -> sd.nn().softmax("y", x));
    assertAxis(1, (sd, x) -> sd.nn().softmax("y", x, 1));
    assertAxis(-1, (sd, x) -> sd.nn().logSoftmax("y", x));
    assertAxis(2, (sd, x) -> sd.concat("y", 2, x, x));
    assertAxis(1, (sd, x) -> sd.gather("y", x, ints(sd, 1, 2), 1));
    assertAxis(1, (sd, x) -> sd.gather("y", x, new int[] {0, 1}, 1));
    assertAxis(3, (sd, x) -> sd.stack("y", 3, x, x));
    assertAxis(1, (sd, x) -> sd.unstack(x, 1, 4)[0]);
    assertAxis(2, (sd, x) -> sd.split(x, 3, 2)[0]);
    assertAxis(-1, (sd, x) -> sd.oneHot("y", ints(sd, 1, 2), 5));
    assertAxis(2, (sd, x) -> sd.cumsum("y", x, false, false, 2));
    assertAxis(1, (sd, x) -> sd.sizeAt("y", x, 1));
    assertAxis(1, (sd, x) -> sd.expandDims("y", x, 1));
    for (Attributes attributes : both((sd, x) -> sd.math().tanh("y", x))) {
      assertThat(attributes.findAxis()).isEmpty();
    }
  }

  private void assertAxis(int axis, BiFunction<SameDiff, SDVariable, SDVariable> make) {
    for (Attributes attributes : both(make)) {
      assertThat(attributes.axis()).isEqualTo(axis);
    }
  }

  @Test
  void scalars() {
    assertScalar(2.5, (sd, x) -> x.mul("y", 2.5));
    assertScalar(3, (sd, x) -> x.pow("y", 3));
    assertScalar(1, (sd, x) -> x.gt("y", 1.0));
    assertScalar(0.25, (sd, x) -> sd.nn().leakyRelu("y", x, 0.25));
    assertScalar(0, (sd, x) -> sd.nn().relu("y", x, 0));
    assertScalar(1, (sd, x) -> sd.nn().elu("y", x));
    assertScalar(3, (sd, x) -> sd.fill("y", ints(sd, 2, 2), DataType.FLOAT, 3));
    for (Attributes attributes : both((sd, x) -> x.add("y", x))) {
      assertThat(attributes.scalar()).isEmpty();
    }
  }

  private void assertScalar(double number, BiFunction<SameDiff, SDVariable, SDVariable> make) {
    for (Attributes attributes : both(make)) {
      assertThat(attributes.scalar()).hasValue(number);
    }
  }

  @Test
  void shapes() {
    for (Attributes attributes : both((sd, x) -> x.reshape(-1, 6))) {
      assertThat(attributes.findShape()).hasValue(new long[] {-1, 6});
      assertThat(attributes.order()).isEqualTo('c');
    }
    for (Attributes attributes : both((sd, x) -> x.reshape(longs(sd, -1, 24)))) {
      assertThat(attributes.findShape()).hasValue(new long[] {-1, 24});
    }
    for (Attributes attributes : both((sd, x) -> x.reshape(sd.shape(x)))) {
      assertThat(attributes.findShape()).isEmpty();
    }
    for (Attributes attributes : both((sd, x) -> sd.tile("y", x, 1, 2, 1))) {
      assertThat(attributes.findShape()).hasValue(new long[] {1, 2, 1});
    }
  }

  @Test
  void slices() {
    for (Attributes attributes : both((sd, x) -> sd.slice("y", x, new int[] {0, 1, 0}, -1, 2, 6))) {
      StridedSlice slice = attributes.findSlice().orElseThrow();
      assertThat(slice.begin()).containsExactly(0, 1, 0);
      assertThat(slice.end()).containsExactly(0, 3, 6);
      assertThat(slice.endMask()).isEqualTo(0b001);
    }
    for (Attributes attributes :
        both((sd, x) -> x.get(SDIndex.all(), SDIndex.point(1), SDIndex.interval(0, 2)))) {
      StridedSlice slice = attributes.findSlice().orElseThrow();
      assertThat(slice.begin()).containsExactly(0, 1, 0);
      assertThat(slice.end()).containsExactly(0, 2, 2);
      assertThat(slice.strides()).containsExactly(1, 1, 1);
      assertThat(slice.beginMask()).isEqualTo(0b001);
      assertThat(slice.endMask()).isEqualTo(0b001);
      assertThat(slice.shrinkAxisMask()).isEqualTo(0b010);
      assertThat(slice.ellipsisMask()).isZero();
      assertThat(slice.newAxisMask()).isZero();
    }
    for (Attributes attributes :
        both(
            (sd, x) ->
                sd.slice("y", x, ints(sd, 0, 1, 0), sd.placeHolder("size", DataType.INT32, 3)))) {
      assertThat(attributes.findSlice()).isEmpty();
      assertThat(attributes.slice(new long[] {0, 1}, new long[] {2, 2}, new long[] {1, 1}).end())
          .containsExactly(2, 3);
    }
  }

  @Test
  void types() {
    for (Attributes attributes : both((sd, x) -> x.castTo("y", DataType.INT64))) {
      assertThat(attributes.type()).isEqualTo(DataType.INT64);
    }
    for (Attributes attributes : both((sd, x) -> sd.range("y", 0, 5, 1, DataType.INT32))) {
      assertThat(attributes.type()).isEqualTo(DataType.INT32);
      assertThat(attributes.reals()).containsExactly(0, 5, 1);
    }
  }

  @Test
  void whatANodeDoesNotHaveIsSaid() {
    Attributes attributes = both((sd, x) -> sd.math().tanh("y", x)).get(0);
    assertThatIllegalArgumentException()
        .isThrownBy(attributes::transposeA)
        .withMessage("node 'tanh' (tanh) has no transpose flags");
    assertThatIllegalArgumentException()
        .isThrownBy(attributes::dimensions)
        .withMessage("node 'tanh' (tanh) has no axes");
    assertThatIllegalArgumentException()
        .isThrownBy(attributes::axis)
        .withMessage("node 'tanh' (tanh) has no fixed axis");
    assertThatIllegalArgumentException()
        .isThrownBy(attributes::keepDims)
        .withMessage("node 'tanh' (tanh) has no reduced axes");
    assertThatIllegalArgumentException()
        .isThrownBy(attributes::findShape)
        .withMessage("node 'tanh' (tanh) has no target shape");
    assertThatIllegalArgumentException()
        .isThrownBy(attributes::type)
        .withMessage("node 'tanh' (tanh) has no data type");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> attributes.integer(0))
        .withMessage("node 'tanh' (tanh) has no integer argument 0");
  }
}
