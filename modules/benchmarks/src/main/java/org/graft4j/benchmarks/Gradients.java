/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One way to compute the gradients of a workload. */
interface Gradients extends AutoCloseable {

  /**
   * Computes loss and gradients of the batch.
   *
   * @return the gradients by name, valid until the next call
   */
  Map<String, INDArray> compute();

  @Override
  default void close() {}
}
