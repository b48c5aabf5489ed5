/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

final class LinearTest {
  private final Spelling s = new Spelling();

  private Linear only() {
    assertThat(s.roles().linears()).hasSize(1);
    return s.roles().linears().get(0);
  }

  @Test
  void aProductOfRows() {
    SDVariable y = s.rows.mmul("y", s.constant("a.dense.weight", 4, 3));
    Linear linear = only();
    assertThat(linear.path()).isEqualTo("a.dense");
    assertThat(linear.orientation()).isEqualTo(Orientation.IN_OUT);
    assertThat(linear.inFeatures()).isEqualTo(4);
    assertThat(linear.outFeatures()).isEqualTo(3);
    assertThat(linear.input()).hasToString("rows");
    assertThat(linear.bias()).isNull();
    assertThat(linear.output()).isEqualTo(linear.product()).hasToString(y.name());
  }

  @Test
  void theFlagOfTheProductTellsTheOrientation() {
    s.sd.mmul("y", s.rows, s.constant("w", 3, 4), false, true, false);
    assertThat(only().orientation()).isEqualTo(Orientation.OUT_IN);
    assertThat(only().outFeatures()).isEqualTo(3);
  }

  @Test
  void aTransposedAndCastWeightIsFollowedToItsArray() {
    SDVariable base = s.sd.constant("a.weight", Spelling.array(3, 4).castTo(DataType.DOUBLE));
    s.rows.mmul("y", s.sd.permute(base.castTo(DataType.FLOAT), 1, 0));
    Linear linear = only();
    assertThat(linear.weight().base()).hasToString("a.weight");
    assertThat(linear.weight().steps())
        .extracting(Weight.Step::kind)
        .containsExactly(Weight.Step.Kind.CAST, Weight.Step.Kind.TRANSPOSE);
    assertThat(linear.orientation()).isEqualTo(Orientation.OUT_IN);
    assertThat(linear.inFeatures()).isEqualTo(4);
    assertThat(linear.path()).isEqualTo("a");
  }

  @Test
  void aTrainableWeightIsAWeight() {
    s.rows.mmul("y", s.sd.var("a.weight", Spelling.array(4, 3)));
    assertThat(only().weight().isPlain()).isTrue();
  }

  @Test
  void theBiasStandsOnEitherSideOfTheAdd() {
    SDVariable y = s.rows.mmul("y", s.constant("w", 4, 3));
    s.constant("b", 3).add("sum", y);
    assertThat(only().bias()).hasToString("b");
    assertThat(only().output()).hasToString("sum");
  }

  @Test
  void biasaddAndXwPlusBAddTheBiasToo() {
    s.sd.nn().biasAdd("p", s.rows.mmul("y", s.constant("w", 4, 3)), s.constant("b", 3), false);
    s.sd.nn().linear("q", s.rows, s.constant("w2", 4, 3), s.constant("b2", 3));
    assertThat(s.roles().linears())
        .extracting(l -> String.valueOf(l.bias()))
        .containsExactlyInAnyOrder("b", "b2");
    assertThat(s.roles().linears())
        .extracting(l -> l.output().name())
        .containsExactlyInAnyOrder("p", "q");
  }

  @Test
  void onThreeAxesTheBiasStandsBeforeOrAfterTheReshape() {
    SDVariable w = s.constant("w", 4, 3);
    SDVariable b = s.constant("b", 3);
    SDVariable shape = s.shape(3);
    SDVariable before = s.sd.reshape(s.sd.reshape(s.x, -1, 4).mmul(w).add(b), shape);
    SDVariable after = s.sd.reshape(s.sd.reshape(s.x, -1, 4).mmul(w), shape).add(b);
    assertThat(s.roles().linears())
        .hasSize(2)
        .allSatisfy(
            l -> {
              assertThat(l.input()).hasToString("x");
              assertThat(l.bias()).hasToString("b");
              assertThat(l.nodes()).hasSize(4);
              assertThat(l.exposed()).isEmpty();
            });
    assertThat(s.roles().linears())
        .extracting(l -> l.output().name())
        .containsExactlyInAnyOrder(before.name(), after.name());
  }

  @Test
  void aReshapeIntoHeadsIsNotOfTheLayer() {
    SDVariable w = s.constant("w", 4, 6);
    SDVariable y = s.rows.mmul("y", w);
    s.sd.reshape("heads", y, -1, 5, 2, 3);
    assertThat(only().output()).hasToString("y");
  }

  @Test
  void aResidualIsNoBias() {
    SDVariable y = s.rows.mmul("y", s.constant("w", 4, 4));
    y.add("sum", s.rows);
    assertThat(only().bias()).isNull();
    assertThat(only().output()).hasToString("y");
  }

  @Test
  void innerValuesThatOthersReadAreExposed() {
    SDVariable y = s.rows.mmul("y", s.constant("w", 4, 3));
    y.add("sum", s.constant("b", 3));
    assertThat(only().exposed()).isEmpty();
    SDVariable flat = s.sd.reshape("flat", s.x, -1, 4);
    SDVariable z = s.sd.reshape(flat.mmul(s.constant("v", 4, 3)), s.shape(3));
    flat.mul("other", 2.0);
    Linear linear =
        s.roles().linears().stream()
            .filter(l -> l.output().name().equals(z.name()))
            .findFirst()
            .orElseThrow();
    assertThat(linear.exposed()).hasToString("[flat]");
  }

  @Test
  void anAdaptedLayerKeepsItsProductBiasAndOutput() {
    SDVariable flat = s.sd.reshape("flat", s.x, -1, 4);
    SDVariable product = flat.mmul("product", s.constant("a.weight", 4, 3));
    SDVariable gate = s.sd.constant("a.spam.gate", Nd4j.scalar(2f));
    SDVariable a = s.sd.var("a.spam.lora_A.weight", Spelling.array(2, 4));
    SDVariable b = s.sd.var("a.spam.lora_B.weight", Spelling.array(3, 2));
    SDVariable delta =
        s.in(
            "a.spam",
            (t, x) ->
                t.sd.mmul(t.sd.mmul(x, a, false, true, false), b, false, true, false).mul(gate),
            flat);
    SDVariable adapted = s.in("a.spam", (t, x) -> x.add(delta), product);
    s.sd.reshape(adapted, s.shape(3)).add("output", s.constant("a.bias", 3));
    Linear linear = only();
    assertThat(linear.isAdapted()).isTrue();
    assertThat(linear.path()).isEqualTo("a");
    assertThat(linear.product()).hasToString("product");
    assertThat(linear.bias()).hasToString("a.bias");
    assertThat(linear.output()).hasToString("output");
    assertThat(s.roles().producing(linear.output())).isEmpty();
  }

  @Test
  void aFusedLayerHasSlices() {
    SDVariable y = s.rows.mmul("y", s.constant("w", 4, 6));
    s.sd.split(y, 3, 1);
    assertThat(only().slices())
        .extracting(t -> t.name() + " " + t.begin() + " " + t.end())
        .containsExactly("0 0 2", "1 2 4", "2 4 6");
  }

  @Test
  void aSplitOfTheRowsMakesNoSlices() {
    SDVariable y = s.rows.mmul("y", s.constant("w", 4, 6));
    s.sd.split(y, 3, 0);
    assertThat(only().slices()).isEmpty();
  }

  @Test
  void stridedSlicesAreSlices() {
    SDVariable y = s.rows.mmul("y", s.constant("w", 4, 6));
    s.sd.stridedSlice(y, new long[] {0, 4}, new long[] {0, 6}, new long[] {1, 1}, 1, 1, 0, 0, 0);
    s.sd.stridedSlice(y, new long[] {0, 0}, new long[] {0, 4}, new long[] {1, 1}, 1, 1, 0, 0, 0);
    assertThat(only().slices())
        .extracting(t -> t.name() + " " + t.begin() + " " + t.end())
        .containsExactly("0 0 4", "1 4 6");
  }

  @Test
  void aWeightOnTheLeftIsANearMiss() {
    s.sd.mmul("y", s.constant("w", 3, 5), s.rows);
    assertThat(s.roles().linears()).isEmpty();
    assertThat(s.roles().nearMisses())
        .extracting(NearMiss::reason)
        .containsExactly("the weight is the left operand");
  }

  @Test
  void aTransposedInputIsANearMiss() {
    s.sd.mmul("y", s.rows, s.constant("w", 5, 3), true, false, false);
    assertThat(s.roles().linears()).isEmpty();
    assertThat(s.roles().nearMisses())
        .hasSize(1)
        .first()
        .hasToString("linear at 'matmul': the product transposes its input or result");
  }

  @Test
  void aProductOfActivationsIsNoLayer() {
    s.sd.mmul("y", s.rows, s.rows, false, true, false);
    assertThat(s.roles().linears()).isEmpty();
    assertThat(s.roles().nearMisses()).isEmpty();
  }

  @Test
  void thePathIsOfTheNodeThenOfTheWeightThenOfTheBias() {
    s.in("encoder.layer.0.query", (t, x) -> x.mmul(t.constant("v.weight", 4, 4)), s.rows);
    s.rows.mmul("key", s.constant("encoder.layer.0.key.weight", 4, 4));
    s.rows.mmul("value", s.constant("w", 4, 4)).add(s.constant("encoder.layer.0.value.bias", 4));
    s.rows.mmul("tf", s.constant("bert/encoder/layer_0/output/dense/kernel", 4, 4));
    s.rows.mmul("unnamed", s.constant("w2", 4, 4));
    assertThat(s.roles().linears())
        .extracting(Linear::path)
        .containsExactly(
            "encoder.layer.0.query",
            "encoder.layer.0.key",
            "encoder.layer.0.value",
            "bert.encoder.layer_0.output.dense",
            "linear.0");
  }

  @Test
  void theUserHasTheLastWord() {
    s.rows.mmul("key", s.constant("key.weight", 4, 4));
    s.rows.mmul("value", s.constant("w", 4, 4));
    Map<String, String> paths = Map.of("key", "a.k", "w", "a.v");
    assertThat(s.roles(paths).linears()).extracting(Linear::path).containsExactly("a.k", "a.v");
    assertThat(s.roles(paths).linear("a.v")).isPresent();
  }

  @Test
  void twoLayersUnderOneNameAreKeptApart() {
    s.in("mlp", (t, x) -> x.mmul(t.constant("w1", 4, 4)), s.rows);
    s.in("mlp", (t, x) -> x.mmul(t.constant("w2", 4, 4)), s.rows);
    s.in("mlp", (t, x) -> x.mmul(t.constant("mlp.down.weight", 4, 4)), s.rows);
    assertThat(s.roles().linears())
        .extracting(Linear::path)
        .isEqualTo(List.of("mlp", "mlp_1", "mlp.down"));
  }
}
