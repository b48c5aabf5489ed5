/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;

/** Any updater of ND4J over all parameters at once. */
final class Nd4jOptimizer implements Optimizer {
  private final FlatParameters parameters;
  private final IUpdater config;
  private final GradientUpdater<?> updater;

  Nd4jOptimizer(FlatParameters parameters, IUpdater config) {
    this.parameters = parameters;
    this.config = config.clone();
    long state = config.stateSize(parameters.length());
    this.updater =
        this.config.instantiate(
            state == 0 ? (INDArray) null : Nd4j.zeros(DataType.FLOAT, 1, state), true);
  }

  @Override
  public double learningRate(int iteration, int epoch) {
    return config.hasLearningRate() ? config.getLearningRate(iteration, epoch) : Double.NaN;
  }

  @Override
  public void step(INDArray gradients, int iteration, int epoch) {
    updater.applyUpdater(gradients, iteration, epoch);
    parameters.subtract(gradients);
  }
}
