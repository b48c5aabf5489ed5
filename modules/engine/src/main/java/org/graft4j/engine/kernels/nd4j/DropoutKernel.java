/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.nd4j;

import org.graft4j.engine.kernels.Binding;
import org.graft4j.engine.kernels.Kernel;
import org.graft4j.engine.kernels.Run;
import org.graft4j.engine.program.Op;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.impl.DropOutInverted;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Fills the mask from a generator of its own, seeded for run and stream; without a seed the mask is
 * all ones.
 */
final class DropoutKernel implements Kernel {
  private final int stream;
  private final DropOutInverted draw;
  private final Kernel reset;

  private DropoutKernel(int stream, DropOutInverted draw, Kernel reset) {
    this.stream = stream;
    this.draw = draw;
    this.reset = reset;
  }

  static void bind(Op.Dropout op, Binding arrays, Steps steps) {
    INDArray mask = arrays.outputs().get(1);
    Kernel reset = new Steps().fill(mask, 1).toKernel();
    if (op.rate() == 0) {
      steps.then(reset);
    } else {
      steps.then(
          new DropoutKernel(op.stream(), new DropOutInverted(mask, mask, 1 - op.rate()), reset));
    }
    steps.call("multiply", arrays.output(), arrays.input(0), mask);
  }

  @Override
  public void run(Run run) {
    reset.run(run);
    if (run.seed().isPresent()) {
      Random generator = Nd4j.getRandomFactory().getNewRandomInstance(run.seed(stream));
      Nd4j.getExecutioner().exec(draw, generator);
    }
  }

  @Override
  public void close() {
    reset.close();
  }
}
