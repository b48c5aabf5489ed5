/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import static com.google.common.base.Preconditions.checkArgument;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Adam with decoupled weight decay, in the order of operations of {@code torch.optim.AdamW}:
 *
 * <pre>
 * p ← p (1 - lr · decay)
 * m ← β₁ m + (1 - β₁) g         v ← β₂ v + (1 - β₂) g²
 * p ← p - lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε)
 * </pre>
 *
 * Unlike ND4J's Adam the epsilon is added after the bias correction. Loshchilov and Hutter,
 * Decoupled Weight Decay Regularization, arXiv:1711.05101.
 */
final class AdamW implements Optimizer {
  private final FlatParameters parameters;
  private final Rate rate;
  private final Constants constants;
  private final INDArray mean;
  private final INDArray square;
  private final INDArray scratch;
  private int steps;

  /** The learning rate of each step. */
  @FunctionalInterface
  interface Rate {
    double at(int iteration, int epoch);
  }

  /** β₁, β₂, ε and the weight decay. */
  record Constants(double beta1, double beta2, double epsilon, double weightDecay) {
    Constants {
      checkArgument(beta1 >= 0 && beta1 < 1, "beta1 must be in [0, 1): %s", beta1);
      checkArgument(beta2 >= 0 && beta2 < 1, "beta2 must be in [0, 1): %s", beta2);
      checkArgument(epsilon > 0, "epsilon must be positive: %s", epsilon);
      checkArgument(weightDecay >= 0, "weight decay cannot be negative: %s", weightDecay);
    }
  }

  AdamW(FlatParameters parameters, Rate rate, Constants constants) {
    this.parameters = parameters;
    this.rate = rate;
    this.constants = constants;
    this.mean = parameters.row();
    this.square = parameters.row();
    this.scratch = parameters.row();
  }

  @Override
  public double learningRate(int iteration, int epoch) {
    return rate.at(iteration, epoch);
  }

  @Override
  public void step(INDArray gradients, int iteration, int epoch) {
    double lr = learningRate(iteration, epoch);
    steps++;
    double correction1 = 1 - Math.pow(constants.beta1, steps);
    double correction2 = Math.sqrt(1 - Math.pow(constants.beta2, steps));
    if (constants.weightDecay > 0) {
      parameters.scale(1 - lr * constants.weightDecay);
    }
    scratch.assign(gradients).muli(gradients).muli(1 - constants.beta2);
    square.muli(constants.beta2).addi(scratch);
    gradients.muli(1 - constants.beta1);
    mean.muli(constants.beta1).addi(gradients);
    scratch.assign(square);
    Transforms.sqrt(scratch, false);
    scratch.divi(correction2).addi(constants.epsilon).rdivi(mean).muli(lr / correction1);
    parameters.subtract(scratch);
  }
}
