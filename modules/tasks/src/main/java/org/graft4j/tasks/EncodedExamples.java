/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import java.util.Iterator;

/** Examples that are encoded once and dealt into batches for each epoch. */
public interface EncodedExamples {
  /**
   * The number of examples.
   *
   * @return at least 1
   */
  int size();

  /**
   * The number of examples that were longer than the limit and were cut.
   *
   * @return at least 0
   */
  int truncated();

  /**
   * The number of batches that {@link #batches} and {@link #shuffled} give.
   *
   * @param batchSize the most examples in one batch
   * @return at least 1
   */
  default int batchCount(int batchSize) {
    return (size() + batchSize - 1) / batchSize;
  }

  /**
   * Deals the examples into batches of similar length, for evaluation.
   *
   * @param batchSize the most examples in one batch
   * @return batches, made one by one
   */
  Iterator<Batch> batches(int batchSize);

  /**
   * Deals the examples into batches of similar length in random order, for training.
   *
   * @param batchSize the most examples in one batch
   * @param seed decides the order
   * @return batches, made one by one
   */
  Iterator<Batch> shuffled(int batchSize, long seed);
}
