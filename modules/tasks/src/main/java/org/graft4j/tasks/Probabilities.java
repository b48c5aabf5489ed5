/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Softmax of small rows, in double precision. */
final class Probabilities {
  private Probabilities() {}

  /** The rows of {@code logits [rows, classes]} as probabilities. */
  static double[][] of(INDArray logits) {
    double[][] rows = logits.toDoubleMatrix();
    for (double[] row : rows) {
      double max = Double.NEGATIVE_INFINITY;
      for (double x : row) {
        max = Math.max(max, x);
      }
      double sum = 0;
      for (int i = 0; i < row.length; i++) {
        row[i] = Math.exp(row[i] - max);
        sum += row[i];
      }
      for (int i = 0; i < row.length; i++) {
        row[i] /= sum;
      }
    }
    return rows;
  }
}
