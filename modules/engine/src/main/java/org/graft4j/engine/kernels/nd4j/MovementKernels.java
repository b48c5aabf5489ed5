/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.nd4j;

import java.util.ArrayList;
import java.util.List;
import org.graft4j.engine.kernels.ArrayViews;
import org.graft4j.engine.kernels.Binding;
import org.graft4j.engine.program.Op;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Kernels that move elements and compute nothing. */
final class MovementKernels {
  private MovementKernels() {}

  static void gather(int axis, Binding arrays, String where, Steps steps) {
    INDArray table = arrays.input(0);
    INDArray ids = arrays.input(1);
    steps.checkIds(ids, arrays.workspace(0), table.size(axis), where);
    // ND4J crashes on a vector with ids of several axes, so both are flattened
    INDArray flat = ArrayViews.contiguous(ids, 0, ids.length());
    long before = 1;
    for (int i = 0; i < axis; i++) {
      before *= table.size(i);
    }
    long size = table.size(axis);
    long after = table.length() / before / size;
    INDArray out = arrays.output();
    if (before == 1) {
      INDArray rows = ArrayViews.contiguous(table, 0, size, after);
      INDArray picked = ArrayViews.contiguous(out, 0, ids.length(), after);
      steps.call("gather", picked, List.of(rows, flat), 0);
    } else {
      INDArray slabs = ArrayViews.contiguous(table, 0, before, size, after);
      INDArray picked = ArrayViews.contiguous(out, 0, before, ids.length(), after);
      steps.call("gather", picked, List.of(slabs, flat), 1);
    }
  }

  static void scatterAdd(int axis, Binding arrays, String where, Steps steps) {
    INDArray ids = arrays.input(0);
    INDArray dy = arrays.input(1);
    INDArray out = arrays.output();
    steps.fill(out, 0);
    if (ids.isEmpty() || dy.isEmpty()) {
      return;
    }
    steps.checkIds(ids, arrays.workspace(0), out.size(axis), where);
    INDArray flat = ArrayViews.contiguous(ids, 0, ids.length());
    INDArray table = front(out, axis, out.size(axis));
    INDArray rows = front(dy, axis, ids.length());
    steps.call(
        "scatter_add",
        table,
        List.of(table, flat, rows),
        new long[0],
        new double[0],
        new boolean[] {true});
  }

  /**
   * [before, some axes made one, after] → [one, before·after], without copying when before is 1.
   */
  private static INDArray front(INDArray array, int axis, long size) {
    long before = 1;
    for (int i = 0; i < axis; i++) {
      before *= array.size(i);
    }
    long after = array.length() / before / size;
    INDArray three = ArrayViews.contiguous(array, 0, before, size, after);
    return before == 1 ? ArrayViews.contiguous(array, 0, size, after) : three.permute(1, 0, 2);
  }

  static void concat(int axis, Binding arrays, Steps steps) {
    List<INDArray> parts = new ArrayList<>(arrays.inputs());
    parts.removeIf(INDArray::isEmpty);
    if (parts.size() == 1) {
      steps.copy(arrays.output(), parts.get(0));
    } else {
      steps.call("concat", arrays.output(), parts, axis);
    }
  }

  static void slice(Op.Slice slice, Binding arrays, Steps steps) {
    steps.copy(arrays.output(), part(arrays.input(0), slice, arrays.output().shape()));
  }

  static void sliceGrad(Op.SliceGrad op, Binding arrays, Steps steps) {
    steps.fill(arrays.output(), 0);
    if (!arrays.input(0).isEmpty()) {
      steps.copy(part(arrays.output(), op.slice(), arrays.input(0).shape()), arrays.input(0));
    }
  }

  private static INDArray part(INDArray of, Op.Slice slice, long[] shape) {
    long offset = 0;
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride * slice.step().get(i);
      offset += stride * slice.begin().get(i);
      stride *= of.size(i);
    }
    return ArrayViews.strided(of, offset, shape, strides);
  }

  static void permute(Op.Permute op, Binding arrays, Steps steps) {
    INDArray x = arrays.input(0);
    long[] strides = new long[x.rank()];
    long[] shape = new long[x.rank()];
    long[] from = new long[x.rank()];
    long stride = 1;
    for (int i = x.rank() - 1; i >= 0; i--) {
      from[i] = stride;
      stride *= x.size(i);
    }
    for (int i = 0; i < shape.length; i++) {
      strides[i] = from[op.axes().get(i)];
      shape[i] = x.size(op.axes().get(i));
    }
    steps.copy(arrays.output(), ArrayViews.strided(x, 0, shape, strides));
  }

  static void broadcast(INDArray x, INDArray out, Steps steps) {
    long[] shape = new long[out.rank()];
    for (int i = 0; i < shape.length; i++) {
      int j = i - (out.rank() - x.rank());
      shape[i] = j < 0 ? 1 : x.size(j);
    }
    steps.call("assign", out, out, ArrayViews.contiguous(x, 0, shape));
  }

  static void select(Binding arrays, Steps steps) {
    INDArray out = arrays.output();
    INDArray condition = wide(arrays.input(0), arrays.workspace(0), out, steps);
    INDArray a = wide(arrays.input(1), arrays.workspace(1), out, steps);
    INDArray b = wide(arrays.input(2), arrays.workspace(2), out, steps);
    steps.call("select", out, condition, a, b);
  }

  private static INDArray wide(INDArray x, INDArray scratch, INDArray like, Steps steps) {
    if (x.equalShapes(like)) {
      return x;
    }
    broadcast(x, scratch, steps);
    return scratch;
  }

  static void oneHot(INDArray ids, INDArray out, double on, double off, Steps steps) {
    steps.call(
        "onehot",
        out,
        List.of(ids),
        new long[] {-1, out.size(out.rank() - 1)},
        new double[] {on, off},
        new boolean[0]);
  }
}
