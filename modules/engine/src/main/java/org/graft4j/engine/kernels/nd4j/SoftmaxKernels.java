/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.nd4j;

import java.util.List;
import org.graft4j.engine.kernels.ArrayViews;
import org.graft4j.engine.kernels.Binding;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log;

/** Softmax, its logarithm, and their derivatives. */
final class SoftmaxKernels {
  private SoftmaxKernels() {}

  /** Less the maximum first: ND4J's own is NaN for a row of the least float alone. */
  static void softmax(int axis, Binding arrays, Steps steps) {
    INDArray y = arrays.output();
    INDArray column = arrays.workspace(0);
    steps.reduce("reduce_max", column, arrays.input(0), axis);
    steps.call("subtract", y, arrays.input(0), column);
    if (axis == y.rank() - 1) {
      steps.call("softmax", ArrayViews.rows(y), List.of(ArrayViews.rows(y)), 1);
    } else {
      steps.call("softmax", y, List.of(y), axis);
    }
  }

  /**
   * y = x − max − ln Σ e^(x − max): ND4J's own takes the logarithm of the softmax, which may be 0.
   */
  static void logSoftmax(int axis, Binding arrays, Steps steps) {
    INDArray y = arrays.output();
    INDArray exponentials = arrays.workspace(0);
    INDArray column = arrays.workspace(1);
    steps.reduce("reduce_max", column, arrays.input(0), axis);
    steps.call("subtract", y, arrays.input(0), column);
    steps.legacy(new Exp(y, exponentials));
    steps.reduce("reduce_sum", column, exponentials, axis);
    steps.legacy(new Log(column, column));
    steps.call("subtract", y, y, column);
  }

  /** dx = y·(dy − Σ dy·y). */
  static void softmaxGrad(int axis, Binding arrays, Steps steps) {
    INDArray dy = arrays.input(0);
    INDArray y = arrays.input(1);
    INDArray t = arrays.workspace(0);
    INDArray sum = arrays.workspace(1);
    steps.call("multiply", t, dy, y);
    steps.reduce("reduce_sum", sum, t, axis);
    steps.call("subtract", t, dy, sum);
    steps.call("multiply", arrays.output(), t, y);
  }

  /** dx = dy − e^y·Σ dy. */
  static void logSoftmaxGrad(int axis, Binding arrays, Steps steps) {
    INDArray dy = arrays.input(0);
    INDArray t = arrays.workspace(0);
    INDArray sum = arrays.workspace(1);
    steps.reduce("reduce_sum", sum, dy, axis);
    steps.legacy(new Exp(arrays.input(1), t));
    steps.call("multiply", t, t, sum);
    steps.call("subtract", arrays.output(), dy, t);
  }
}
