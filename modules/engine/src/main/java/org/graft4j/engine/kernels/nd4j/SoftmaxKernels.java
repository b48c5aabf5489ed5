/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.nd4j;

import java.util.List;
import org.graft4j.engine.kernels.ArrayViews;
import org.graft4j.engine.kernels.Binding;
import org.graft4j.engine.program.Op.CrossEntropy.Reduction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log;

/** Softmax, its logarithm, cross entropy, and their derivatives. */
final class SoftmaxKernels {
  private SoftmaxKernels() {}

  static void softmax(int axis, Binding arrays, Steps steps) {
    INDArray x = arrays.input(0);
    if (axis == x.rank() - 1) {
      steps.call("softmax", ArrayViews.rows(arrays.output()), List.of(ArrayViews.rows(x)), 1);
    } else {
      steps.call("softmax", arrays.output(), List.of(x), axis);
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

  /** Workspaces: two of the logits' size, two columns, two scalars, one id. */
  static void crossEntropy(Reduction reduction, Binding arrays, String where, Steps steps) {
    INDArray logits = ArrayViews.rows(arrays.input(0));
    INDArray probabilities = ArrayViews.rows(arrays.outputs().get(1));
    INDArray loss = ArrayViews.contiguous(arrays.outputs().get(0), 0, 1, 1);
    INDArray t = ArrayViews.rows(arrays.workspace(0));
    INDArray losses = ArrayViews.rows(arrays.workspace(2));
    INDArray weights = ArrayViews.rows(arrays.workspace(3));
    INDArray divisor = ArrayViews.contiguous(arrays.workspace(4), 0, 1, 1);
    INDArray labels = labels(arrays, arrays.input(1), logits, where, steps);
    steps.reduce("reduce_max", losses, logits, 1);
    steps.call("subtract", t, logits, losses);
    steps.legacy(new Exp(t, probabilities));
    steps.rowSums(losses, probabilities);
    steps.call("divide", probabilities, probabilities, losses);
    steps.legacy(new Log(losses, losses));
    steps.call("subtract", t, t, losses); // the logarithms of the probabilities
    steps.call("multiply", t, t, labels);
    steps.rowSums(losses, t);
    steps.scalar("multiply", losses, losses, -1);
    rowWeights(arrays, 1, labels, weights, steps);
    divisor(reduction, weights, divisor, arrays, steps);
    steps.call("multiply", losses, losses, weights);
    steps.columnSums(loss, losses);
    steps.call("divide", loss, loss, divisor);
  }

  /** dlogits = dloss·weight/divisor · (p·Σ labels − labels). */
  static void crossEntropyGrad(Reduction reduction, Binding arrays, String where, Steps steps) {
    INDArray dloss = ArrayViews.contiguous(arrays.input(0), 0, 1, 1);
    INDArray probabilities = ArrayViews.rows(arrays.input(1));
    INDArray out = ArrayViews.rows(arrays.output());
    INDArray sums = ArrayViews.rows(arrays.workspace(2));
    INDArray weights = ArrayViews.rows(arrays.workspace(3));
    INDArray divisor = ArrayViews.contiguous(arrays.workspace(4), 0, 1, 1);
    INDArray labels = labels(arrays, arrays.input(2), probabilities, where, steps);
    rowWeights(arrays, 2, labels, weights, steps);
    divisor(reduction, weights, divisor, arrays, steps);
    steps.rowSums(sums, labels);
    steps.call("multiply", out, probabilities, sums);
    steps.call("subtract", out, out, labels);
    steps.call("multiply", weights, weights, dloss);
    steps.call("divide", weights, weights, divisor);
    steps.call("multiply", out, out, weights);
  }

  /**
   * Labels as probabilities: given so, or one-hot rows in scratch memory, which are zero for
   * negative ids.
   */
  private static INDArray labels(
      Binding arrays, INDArray given, INDArray like, String where, Steps steps) {
    if (given.dataType().isFPType()) {
      return ArrayViews.rows(given);
    }
    INDArray oneHot = ArrayViews.rows(arrays.workspace(1));
    long classes = like.size(1);
    steps.checkClasses(given, arrays.workspace(6), classes, where);
    MovementKernels.oneHot(ArrayViews.contiguous(given, 0, given.length()), oneHot, 1, 0, steps);
    return oneHot;
  }

  /** One weight for each row: given behind the labels or 1, and 0 for rows with a negative id. */
  private static void rowWeights(
      Binding arrays, int labelsAt, INDArray labels, INDArray weights, Steps steps) {
    boolean weighted = arrays.inputs().size() > labelsAt + 1;
    if (arrays.input(labelsAt).dataType().isFPType()) {
      steps.fill(weights, 1);
    } else {
      steps.rowSums(weights, labels);
    }
    if (weighted) {
      INDArray given = ArrayViews.contiguous(arrays.input(labelsAt + 1), 0, weights.length(), 1);
      steps.call("multiply", weights, weights, given);
    }
  }

  /** What the sum of the losses is divided by; 1 when no row counts, so that the loss is 0 then. */
  private static void divisor(
      Reduction reduction, INDArray weights, INDArray divisor, Binding arrays, Steps steps) {
    if (reduction == Reduction.SUM) {
      steps.fill(divisor, 1);
      return;
    }
    INDArray zero = ArrayViews.contiguous(arrays.workspace(5), 0, 1, 1);
    if (reduction == Reduction.MEAN) {
      steps.columnSums(divisor, weights);
    } else {
      INDArray counted = ArrayViews.rows(arrays.workspace(7));
      steps.call("divide_no_nan", counted, weights, weights);
      steps.columnSums(divisor, counted);
    }
    // + (1 − d/d), where 0/0 is 0: 1 where the divisor is 0
    steps.call("divide_no_nan", zero, divisor, divisor);
    steps.scalar("reversesubtract", zero, zero, 1);
    steps.call("add", divisor, divisor, zero);
  }
}
