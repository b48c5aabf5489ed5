/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;

/** Reductions over axes, softmax, positions of extremes. */
final class ReduceOps {
  private ReduceOps() {}

  /** A reduction of a value over axes counted from the front. */
  private interface Over {
    Value apply(Call c, Value x, boolean keep, int[] axes);
  }

  static ImmutableMap<String, Translation> family() {
    return new Translation.Family()
        .one("ReduceMean", c -> reduce(c, (k, x, keep, a) -> k.reductions.mean(x, keep, a)))
        .one("ReduceSum", c -> reduce(c, (k, x, keep, a) -> k.reductions.sum(x, keep, a)))
        .one("ReduceMax", c -> reduce(c, (k, x, keep, a) -> k.reductions.max(x, keep, a)))
        .one("ReduceMin", c -> reduce(c, (k, x, keep, a) -> k.reductions.min(x, keep, a)))
        .one("ReduceProd", c -> reduce(c, (k, x, keep, a) -> k.reductions.prod(x, keep, a)))
        .one(
            "ReduceL1", c -> reduce(c, (k, x, keep, a) -> k.reductions.sum(k.math.abs(x), keep, a)))
        .one(
            "ReduceL2",
            c ->
                reduce(
                    c, (k, x, keep, a) -> k.math.sqrt(k.reductions.sum(k.math.square(x), keep, a))))
        .one(
            "ReduceSumSquare",
            c -> reduce(c, (k, x, keep, a) -> k.reductions.sum(k.math.square(x), keep, a)))
        .one(
            "ReduceLogSum",
            c -> reduce(c, (k, x, keep, a) -> k.math.log(k.reductions.sum(x, keep, a))))
        .one("ReduceLogSumExp", c -> reduce(c, ReduceOps::logSumExp))
        .one("Softmax", c -> softmax(c, false))
        .one("LogSoftmax", c -> softmax(c, true))
        .one("ArgMax", c -> arg(c, true))
        .one("ArgMin", c -> arg(c, false))
        .build();
  }

  private static Value reduce(Call c, Over over) {
    Value x = c.in(0);
    long[] axes = c.integers("axes", 1);
    if ((axes == null || axes.length == 0) && c.integer("noop_with_empty_axes", 0) != 0) {
      return x;
    }
    boolean keep = c.integer("keepdims", 1) != 0;
    if (x.type() == DataType.BOOL) {
      Value numbers = c.math.cast(x, DataType.INT32);
      Value result = over.apply(c, numbers, keep, Reductions.axes(x, axes));
      return c.math.greater(result, c.math.scalar(result, 0));
    }
    return over.apply(c, x, keep, Reductions.axes(x, axes));
  }

  private static Value logSumExp(Call c, Value x, boolean keep, int[] axes) {
    Value most = c.reductions.max(x, true, axes);
    Value sum = c.reductions.sum(c.math.exp(c.math.sub(x, most)), true, axes);
    Value result = c.math.add(c.math.log(sum), most);
    return keep ? result : c.layout.squeeze(result, axes);
  }

  /** Before opset 13, softmax runs over all axes from the given one on. */
  private static Value softmax(Call c, boolean log) {
    Value x = c.in(0);
    int rank = x.rank();
    int axis = x.axis(c.integer("axis", c.opset < 13 ? 1 : -1));
    if (c.opset >= 13 || axis == rank - 1) {
      return log ? c.reductions.logSoftmax(x, axis) : c.reductions.softmax(x, axis);
    }
    Dim[] dims = x.dims();
    Value flat = c.layout.reshape(x, ShapeOps.product(x, 0, axis), ShapeOps.product(x, axis, rank));
    Value result = log ? c.reductions.logSoftmax(flat, 1) : c.reductions.softmax(flat, 1);
    return dims == null ? result : c.layout.reshape(result, dims);
  }

  private static Value arg(Call c, boolean most) {
    boolean last = c.integer("select_last_index", 0) != 0;
    Value input = c.in(0);
    int axis = input.axis(c.integer("axis", 0));
    Value x = last ? c.layout.reverse(input, axis) : input;
    boolean keep = c.integer("keepdims", 1) != 0;
    Dim[] dims = keep ? Layout.with(x, axis, Dim.of(1)) : Layout.without(x, axis);
    Value found =
        c.writer
            .emit(
                DataType.INT64,
                Arrays.copyOf(dims, dims.length),
                (sd, v) -> most ? sd.argmax(v[0], keep, axis) : sd.argmin(v[0], keep, axis),
                x)
            .learned(false);
    if (!last) {
      return found;
    }
    Dim end = Dim.compute(Dim.Operation.SUBTRACT, x.dim(axis), Dim.of(1));
    return c.math.sub(Value.shape(DataType.INT64, new Dim[] {end}, true), found);
  }
}
