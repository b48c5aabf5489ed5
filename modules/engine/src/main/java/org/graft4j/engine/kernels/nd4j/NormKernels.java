/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.nd4j;

import org.graft4j.engine.kernels.ArrayViews;
import org.graft4j.engine.kernels.Binding;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.floating.RSqrt;

/**
 * Layer and root-mean-square normalisation over rows, and their derivatives.
 *
 * <p>ND4J's own layer_norm has no epsilon and is slower than these compositions.
 */
final class NormKernels {
  private NormKernels() {}

  static void layerNorm(double epsilon, Binding arrays, Steps steps) {
    INDArray x = ArrayViews.rows(arrays.input(0));
    INDArray y = ArrayViews.rows(arrays.outputs().get(0));
    INDArray mean = ArrayViews.rows(arrays.outputs().get(1));
    INDArray variance = ArrayViews.rows(arrays.outputs().get(2));
    INDArray t = ArrayViews.rows(arrays.workspace(0));
    INDArray invStd = ArrayViews.rows(arrays.workspace(1));
    steps.rowMeans(mean, x);
    steps.call("subtract", y, x, mean);
    steps.call("multiply", t, y, y);
    steps.rowMeans(variance, t);
    inverseRoot(epsilon, variance, invStd, steps);
    steps.call("multiply", y, y, invStd);
    steps.call("multiply", y, y, row(arrays.input(1)));
    if (arrays.inputs().size() == 3) {
      steps.call("add", y, y, row(arrays.input(2)));
    }
  }

  /** dx = invStd·(g − mean(g) − x̂·mean(g·x̂)) with g = dy·gamma and invStd = 1/√(variance + ε). */
  static void layerNormGrad(double epsilon, Binding arrays, Steps steps) {
    INDArray dy = ArrayViews.rows(arrays.input(0));
    INDArray invStd = ArrayViews.rows(arrays.workspace(3));
    INDArray dx = ArrayViews.rows(arrays.output());
    INDArray g = ArrayViews.rows(arrays.workspace(0));
    INDArray normal = ArrayViews.rows(arrays.workspace(1));
    INDArray statistic = ArrayViews.rows(arrays.workspace(2));
    inverseRoot(epsilon, ArrayViews.rows(arrays.input(4)), invStd, steps);
    steps.call(
        "subtract", normal, ArrayViews.rows(arrays.input(1)), ArrayViews.rows(arrays.input(3)));
    steps.call("multiply", normal, normal, invStd);
    steps.call("multiply", g, dy, row(arrays.input(2)));
    steps.call(
        "multiply", dx, g, normal); // from here on dy and x are not read: dx may lie over them
    steps.rowMeans(statistic, dx);
    steps.call("multiply", normal, normal, statistic);
    steps.rowMeans(statistic, g);
    steps.call("subtract", g, g, normal);
    steps.call("subtract", g, g, statistic);
    steps.call("multiply", dx, g, invStd);
  }

  static void layerNormParameterGrad(double epsilon, Binding arrays, Steps steps) {
    INDArray dy = ArrayViews.rows(arrays.input(0));
    INDArray t = ArrayViews.rows(arrays.workspace(0));
    steps.call("subtract", t, ArrayViews.rows(arrays.input(1)), ArrayViews.rows(arrays.input(2)));
    INDArray invStd = ArrayViews.rows(arrays.workspace(1));
    inverseRoot(epsilon, ArrayViews.rows(arrays.input(3)), invStd, steps);
    steps.call("multiply", t, t, invStd);
    steps.call("multiply", t, t, dy);
    steps.columnSums(arrays.outputs().get(0), t);
    steps.columnSums(arrays.outputs().get(1), dy);
  }

  static void rmsNorm(double epsilon, Binding arrays, Steps steps) {
    INDArray x = ArrayViews.rows(arrays.input(0));
    INDArray y = ArrayViews.rows(arrays.outputs().get(0));
    INDArray meanSquare = ArrayViews.rows(arrays.outputs().get(1));
    INDArray t = ArrayViews.rows(arrays.workspace(0));
    INDArray invRms = ArrayViews.rows(arrays.workspace(1));
    steps.call("multiply", t, x, x);
    steps.rowMeans(meanSquare, t);
    inverseRoot(epsilon, meanSquare, invRms, steps);
    steps.call("multiply", y, x, invRms);
    steps.call("multiply", y, y, row(arrays.input(1)));
  }

  /** dx = invRms·(g − x̂·mean(g·x̂)) with g = dy·gamma and invRms = 1/√(meanSquare + ε). */
  static void rmsNormGrad(double epsilon, Binding arrays, Steps steps) {
    INDArray invRms = ArrayViews.rows(arrays.workspace(3));
    INDArray dx = ArrayViews.rows(arrays.output());
    INDArray g = ArrayViews.rows(arrays.workspace(0));
    INDArray normal = ArrayViews.rows(arrays.workspace(1));
    INDArray statistic = ArrayViews.rows(arrays.workspace(2));
    inverseRoot(epsilon, ArrayViews.rows(arrays.input(3)), invRms, steps);
    steps.call("multiply", normal, ArrayViews.rows(arrays.input(1)), invRms);
    steps.call("multiply", g, ArrayViews.rows(arrays.input(0)), row(arrays.input(2)));
    steps.call(
        "multiply", dx, g, normal); // from here on dy and x are not read: dx may lie over them
    steps.rowMeans(statistic, dx);
    steps.call("multiply", normal, normal, statistic);
    steps.call("subtract", g, g, normal);
    steps.call("multiply", dx, g, invRms);
  }

  static void rmsNormParameterGrad(double epsilon, Binding arrays, Steps steps) {
    INDArray t = ArrayViews.rows(arrays.workspace(0));
    INDArray invRms = ArrayViews.rows(arrays.workspace(1));
    inverseRoot(epsilon, ArrayViews.rows(arrays.input(2)), invRms, steps);
    steps.call("multiply", t, ArrayViews.rows(arrays.input(1)), invRms);
    steps.call("multiply", t, t, ArrayViews.rows(arrays.input(0)));
    steps.columnSums(arrays.output(), t);
  }

  private static void inverseRoot(double epsilon, INDArray squares, INDArray root, Steps steps) {
    steps.scalar("add", root, squares, epsilon);
    steps.legacy(new RSqrt(root, root));
  }

  private static INDArray row(INDArray vector) {
    return ArrayViews.contiguous(vector, 0, 1, vector.length());
  }
}
