/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/** Operators that change a value's shape but not its elements. */
final class ShapeOps {
  private ShapeOps() {}

  static ImmutableMap<String, Translation> family() {
    return new Translation.Family()
        .one("Shape", ShapeOps::shape)
        .one("Size", c -> c.layout.squeeze(c.reductions.prod(shape(c), true, 0), 0))
        .one("Reshape", ShapeOps::reshape)
        .one("Flatten", ShapeOps::flatten)
        .one("Squeeze", ShapeOps::squeeze)
        .one("Unsqueeze", ShapeOps::unsqueeze)
        .one("Transpose", ShapeOps::transpose)
        .one("Identity", ShapeOps::identity)
        .many("Dropout", ShapeOps::dropout)
        .one("Expand", ShapeOps::expand)
        .one("Tile", ShapeOps::tile)
        .build();
  }

  private static Value shape(Call c) {
    if (c.has("start") || c.has("end")) {
      throw new UnsupportedForm("its input has an unknown number of dimensions");
    }
    return c.writer.emit(DataType.INT64, new Dim[] {null}, (sd, v) -> sd.shape(v[0]), c.in(0));
  }

  private static Value identity(Call c) {
    Value x = c.in(0);
    String output = c.node.outputs().get(0);
    boolean parameter = output.endsWith(".bias") || output.endsWith(".weight");
    if (parameter && x.array() != null && x.rank() == 1) {
      return Value.constant(GraphWriter.array(x).dup(), output);
    }
    return x;
  }

  /** Dropout does nothing outside of training; its mask is then all true. */
  private static Value[] dropout(Call c) {
    Value x = c.in(0);
    Dim[] dims = x.dims();
    return c.wants(1) && dims != null
        ? new Value[] {x, c.layout.fill(dims, DataType.BOOL, 1)}
        : new Value[] {x};
  }

  private static Value reshape(Call c) {
    Value x = c.in(0);
    Value shape = c.in(1);
    Dim[] wanted = c.elements(shape);
    if (wanted == null) {
      return c.layout.reshapeTo(x, c.integer("allowzero", 0) != 0 ? shape : copied(c, x, shape));
    }
    Dim[] target = wanted.clone();
    boolean zero = c.integer("allowzero", 0) != 0;
    for (int i = 0; i < target.length; i++) {
      if (target[i].is(0) && !zero) {
        target[i] = x.dim(i);
      } else if (target[i].is(-1)) {
        target[i] = null;
      } else if (target[i].isKnown() && target[i].known() < 0) {
        throw new UnsupportedForm("shape " + Arrays.toString(wanted));
      }
    }
    return c.layout.reshape(x, target);
  }

  /** Replaces zeros in a shape that is computed at run time by the input's dimensions. */
  private static Value copied(Call c, Value x, Value shape) {
    Dim[] own = x.dims();
    if (own == null || shape.rank() != 1 || !shape.dim(0).isKnown()) {
      return shape;
    }
    Dim[] from = new Dim[(int) shape.dim(0).known()];
    for (int i = 0; i < from.length; i++) {
      from[i] = i < own.length ? own[i] : Dim.of(0);
    }
    Value zero = c.math.cast(c.math.equal(shape, c.math.scalar(shape, 0)), DataType.INT64);
    return c.math.add(shape, c.math.mul(zero, c.writer.vector(from)));
  }

  private static Value flatten(Call c) {
    Value x = c.in(0);
    int axis = (int) c.integer("axis", 1);
    int split = axis < 0 ? axis + x.rank() : axis;
    Dim first = product(x, 0, split);
    Dim second = product(x, split, x.rank());
    return c.layout.reshape(x, first, second);
  }

  static Dim product(Value x, int from, int to) {
    return Dims.product(IntStream.range(from, to).mapToObj(x::dim).toArray(Dim[]::new));
  }

  private static Value squeeze(Call c) {
    Value x = c.in(0);
    long[] axes = c.integers("axes", 1);
    if (axes == null) {
      axes = IntStream.range(0, x.rank()).filter(i -> x.dim(i).is(1)).asLongStream().toArray();
    }
    return c.layout.squeeze(x, Arrays.stream(axes).mapToInt(x::axis).toArray());
  }

  private static Value unsqueeze(Call c) {
    Value x = c.in(0);
    long @Nullable [] axes = c.integers("axes", 1);
    if (axes == null) {
      throw new UnsupportedForm("it names no axes");
    }
    int rank = x.rank() + axes.length;
    int[] added = new int[axes.length];
    for (int i = 0; i < added.length; i++) {
      long axis = axes[i] < 0 ? axes[i] + rank : axes[i];
      if (axis < 0 || axis >= rank) {
        throw new UnsupportedForm("axis " + axes[i] + " does not exist in rank " + rank);
      }
      added[i] = (int) axis;
    }
    return c.layout.unsqueeze(x, added);
  }

  private static Value transpose(Call c) {
    Value x = c.in(0);
    long[] perm = c.integers("perm");
    int rank = x.rank();
    int[] order =
        perm == null
            ? IntStream.range(0, rank).map(i -> rank - 1 - i).toArray()
            : Arrays.stream(perm).mapToInt(i -> (int) i).toArray();
    if (!Arrays.equals(
        Arrays.stream(order).sorted().toArray(), IntStream.range(0, rank).toArray())) {
      throw new UnsupportedForm(
          "permutation " + Arrays.toString(order) + " does not fit rank " + rank);
    }
    return c.layout.permute(x, order);
  }

  private static Value expand(Call c) {
    Value x = c.in(0);
    Dim[] shape = c.elements(c.in(1));
    if (shape != null) {
      return c.layout.expand(x, shape);
    }
    Value ones =
        c.writer.emit(
            DataType.FLOAT,
            c.in(1).dim(0).isKnown() ? new Dim[(int) c.in(1).dim(0).known()] : null,
            (sd, v) -> sd.fill(v[0], DataType.FLOAT, 1),
            c.in(1));
    DataType type = x.type() == DataType.BOOL ? DataType.FLOAT : x.type();
    Value wide = c.math.mul(c.math.cast(x, type), c.math.cast(ones, type));
    return c.math.cast(wide, x.type()).learned(x.isLearned());
  }

  private static Value tile(Call c) {
    Value x = c.in(0);
    Value repeats = c.in(1);
    Dim[] times = c.elements(repeats);
    Dim[] dims = new Dim[x.rank()];
    if (times != null) {
      for (int i = 0; i < dims.length; i++) {
        dims[i] = Dim.compute(Dim.Operation.MULTIPLY, x.dim(i), times[i]);
      }
      if (Dims.areKnown(times)) {
        int[] counts = Arrays.stream(Dims.known(times)).mapToInt(t -> (int) t).toArray();
        return c.writer.emit(x.type(), dims, (sd, v) -> sd.tile(v[0], counts), x);
      }
    }
    return c.writer
        .emit(x.type(), dims, (sd, v) -> sd.tile(v[0], v[1]), x, repeats)
        .learned(x.isLearned());
  }
}
