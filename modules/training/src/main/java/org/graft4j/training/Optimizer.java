/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A rule that turns gradients into new parameters. */
interface Optimizer {
  /** The learning rate of a step that is about to be done. */
  double learningRate(int iteration, int epoch);

  /** Updates the parameters; the gradients may be overwritten. */
  void step(INDArray gradients, int iteration, int epoch);
}
