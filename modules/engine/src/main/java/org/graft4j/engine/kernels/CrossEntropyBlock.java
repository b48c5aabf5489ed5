/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The losses of some rows. */
final class CrossEntropyBlock implements Kernel {
  private final Kernel parts;
  private final Targets targets;
  private final DataBuffer logProbabilities;
  private final DataBuffer sums;
  private final DataBuffer losses;

  /**
   * Takes the arrays of the rows.
   *
   * @param parts computes log-probabilities, times the labels if these are probabilities, and the
   *     sum of each row
   * @param targets the classes
   * @param logProbabilities a scratch array
   * @param sums a scratch array
   * @param losses the result
   */
  CrossEntropyBlock(
      Kernel parts, Targets targets, INDArray logProbabilities, INDArray sums, INDArray losses) {
    this.parts = parts;
    this.targets = targets;
    this.logProbabilities = logProbabilities.data();
    this.sums = sums.data();
    this.losses = losses.data();
  }

  @Override
  public void run(Run run) {
    targets.check();
    if (targets.anySet()) {
      parts.run(run);
    }
    for (long row = 0; row < targets.count(); row++) {
      losses.put(row, targets.isSet(row) ? loss(row) : 0);
    }
  }

  /** NaN anywhere in a row is seen in its sum, though not always by its label's probability. */
  private double loss(long row) {
    double sum = sums.getDouble(row);
    long label = targets.index(row);
    return label < 0 || Double.isNaN(sum) ? -sum : -logProbabilities.getDouble(label);
  }

  @Override
  public void close() {
    parts.close();
  }
}
