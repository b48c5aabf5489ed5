/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** AdamW with the constants of torch, the same for everything that is measured. */
final class Update {
  private static final double RATE = 1e-3;
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;
  private static final double DECAY = 0.01;

  private final Map<String, INDArray> means = new LinkedHashMap<>();
  private final Map<String, INDArray> squares = new LinkedHashMap<>();
  private int steps;

  void apply(Map<String, INDArray> trainable, Map<String, INDArray> gradients) {
    steps++;
    double correction1 = 1 - Math.pow(BETA1, steps);
    double correction2 = Math.sqrt(1 - Math.pow(BETA2, steps));
    trainable.forEach(
        (name, array) -> {
          INDArray gradient = Objects.requireNonNull(gradients.get(name), name);
          INDArray mean = means.computeIfAbsent(name, key -> array.like());
          INDArray square = squares.computeIfAbsent(name, key -> array.like());
          mean.muli(BETA1).addi(gradient.mul(1 - BETA1));
          square.muli(BETA2).addi(gradient.mul(gradient).muli(1 - BETA2));
          array.muli(1 - RATE * DECAY);
          INDArray root = Transforms.sqrt(square, true).divi(correction2).addi(EPSILON);
          array.subi(mean.div(root).muli(RATE / correction1));
        });
  }
}
