/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/** Sums, means and extremes over axes, and what is made of them: softmax and normalisation. */
final class Reductions {
  private final GraphWriter writer;
  private final Elementwise math;
  private final Layout layout;

  Reductions(GraphWriter writer, Elementwise math, Layout layout) {
    this.writer = writer;
    this.math = math;
    this.layout = layout;
  }

  /** A reduction over axes. */
  interface Reduction {
    SDVariable apply(SameDiff graph, SDVariable x, boolean keep, int[] axes);
  }

  Value reduce(Reduction reduction, Value x, boolean keep, int... axes) {
    int rank = x.rank();
    if (rank == 0 || axes.length == 0) {
      return x;
    }
    boolean[] reduced = new boolean[rank];
    for (int axis : axes) {
      reduced[axis] = true;
    }
    Dim[] dims =
        IntStream.range(0, rank)
            .filter(i -> keep || !reduced[i])
            .mapToObj(i -> reduced[i] ? Dim.of(1) : x.dim(i))
            .toArray(Dim[]::new);
    return writer
        .emit(x.type(), dims, (sd, v) -> reduction.apply(sd, v[0], keep, axes), x)
        .learned(x.isLearned());
  }

  Value mean(Value x, boolean keep, int... axes) {
    return reduce((sd, v, k, a) -> sd.mean(v, k, a), x, keep, axes);
  }

  Value sum(Value x, boolean keep, int... axes) {
    return reduce((sd, v, k, a) -> sd.sum(v, k, a), x, keep, axes);
  }

  Value max(Value x, boolean keep, int... axes) {
    return reduce((sd, v, k, a) -> sd.max(v, k, a), x, keep, axes);
  }

  Value min(Value x, boolean keep, int... axes) {
    return reduce((sd, v, k, a) -> sd.min(v, k, a), x, keep, axes);
  }

  Value prod(Value x, boolean keep, int... axes) {
    return reduce((sd, v, k, a) -> sd.prod(v, k, a), x, keep, axes);
  }

  Value softmax(Value x, int axis) {
    return writer.emit(x.type(), x.dims(), (sd, v) -> sd.nn().softmax(v[0], axis), x);
  }

  Value logSoftmax(Value x, int axis) {
    if (axis == x.rank() - 1) {
      return writer.emit(x.type(), x.dims(), (sd, v) -> sd.nn().logSoftmax(v[0]), x);
    }
    Value shifted = math.sub(x, max(x, true, axis));
    return math.sub(shifted, math.log(sum(math.exp(shifted), true, axis)));
  }

  /**
   * Layer normalisation over the axes from {@code axis} on; gives the result, the mean and the
   * inverse standard deviation.
   */
  Value[] layerNorm(
      Value x, @Nullable Value scale, @Nullable Value bias, int axis, double epsilon) {
    int[] axes = IntStream.range(axis, x.rank()).toArray();
    Value mean = mean(x, true, axes);
    Value centred = math.sub(x, mean);
    Value deviation = math.sqrt(math.add(mean(math.square(centred), true, axes), epsilon));
    Value result = math.div(centred, deviation);
    if (scale != null) {
      result = math.mul(result, scale);
    }
    if (bias != null) {
      result = math.add(result, bias);
    }
    return new Value[] {result, mean, deviation};
  }

  /** Root-mean-square normalisation; gives the result and the root. */
  Value[] rmsNorm(Value x, Value scale, int axis, double epsilon) {
    int[] axes = IntStream.range(axis, x.rank()).toArray();
    Value root = math.sqrt(math.add(mean(math.square(x), true, axes), epsilon));
    return new Value[] {math.mul(math.div(x, root), scale), root};
  }

  /**
   * Returns the running sum along an axis: only for values that no gradient is wanted through,
   * since that of the operation is wrong.
   */
  Value cumulativeSum(Value x, int axis, boolean exclusive, boolean reverse) {
    if (x.isLearned()) {
      throw new UnsupportedForm("a running sum of learned values has no right gradient");
    }
    DataType type = x.type();
    DataType wide = type == DataType.FLOAT ? DataType.FLOAT : DataType.DOUBLE;
    Value sums =
        writer.emit(
            wide,
            x.dims(),
            (sd, v) -> sd.cumsum(v[0], exclusive, reverse, axis),
            math.cast(x, wide));
    return math.cast(sums, type);
  }

  /** Returns the axes of a reduction counted from the front: all of them when none are given. */
  static int[] axes(Value x, long @Nullable [] axes) {
    if (axes == null || axes.length == 0) {
      return IntStream.range(0, x.rank()).toArray();
    }
    return Arrays.stream(axes).mapToInt(x::axis).distinct().sorted().toArray();
  }

  Layout layout() {
    return layout;
  }
}
