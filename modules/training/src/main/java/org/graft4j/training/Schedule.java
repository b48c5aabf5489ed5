/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

/**
 * How the learning rate goes from its peak to the end of training, after a linear warm-up from 0.
 * The formulas are those of transformers' schedulers.
 */
public enum Schedule {
  /** Stays at the peak. */
  CONSTANT,
  /** Falls in a straight line to 0. */
  LINEAR,
  /** Falls along half a cosine to 0. */
  COSINE;

  /**
   * The factor on the peak learning rate.
   *
   * @param step the number of steps done before
   * @param warmup the number of warm-up steps
   * @param total the number of steps of the whole training
   * @return in [0, 1]
   */
  public double factor(int step, int warmup, int total) {
    if (step < warmup) {
      return (double) step / warmup;
    }
    double done = Math.min(1, (double) (step - warmup) / Math.max(1, total - warmup));
    return switch (this) {
      case CONSTANT -> 1;
      case LINEAR -> 1 - done;
      case COSINE -> (1 + Math.cos(Math.PI * done)) / 2;
    };
  }
}
