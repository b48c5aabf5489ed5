/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import java.util.Locale;

/**
 * How many numbers a graph trains, and how many it has, worded as PEFT words it.
 *
 * @param trainable the numbers in the parameters of the active adapters
 * @param total the numbers in the weights of the base and in the parameters of all adapters
 */
public record ParameterSummary(long trainable, long total) {

  /**
   * Returns the trainable share.
   *
   * @return percent, 0 for a graph without weights
   */
  public double percent() {
    return total == 0 ? 0 : 100.0 * trainable / total;
  }

  /** Returns the counts in one line. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "trainable params: %,d || all params: %,d || trainable%%: %.4f",
        trainable,
        total,
        percent());
  }
}
