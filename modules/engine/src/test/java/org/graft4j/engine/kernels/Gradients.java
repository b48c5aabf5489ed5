/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.graft4j.engine.differentiate.Differentiation;
import org.graft4j.engine.fuse.Fusion;
import org.graft4j.engine.plan.Executable;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.ProgramBuilder;
import org.graft4j.engine.program.ReduceKind;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Compares gradients of a small double program with central differences of its loss. */
public final class Gradients {
  private static final double STEP = 1e-5;
  private static final int MOST_PROBED = 24;

  private Gradients() {}

  /** What is differentiated: from trainables to a value of any shape. */
  @FunctionalInterface
  public interface Body {
    Operand of(ProgramBuilder builder, List<Operand> trainables);
  }

  public static INDArray uniform(long seed, double from, double to, long... shape) {
    Random random = new Random(seed);
    INDArray array = Nd4j.create(DataType.DOUBLE, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, from + (to - from) * random.nextDouble());
    }
    return array;
  }

  public static INDArray normal(long seed, long... shape) {
    Random random = new Random(seed);
    INDArray array = Nd4j.create(DataType.DOUBLE, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextGaussian());
    }
    return array;
  }

  public static void check(Kernels kernels, Body body, INDArray... trainables) {
    ProgramBuilder builder = new ProgramBuilder();
    List<Operand> operands = new ArrayList<>();
    for (int i = 0; i < trainables.length; i++) {
      operands.add(builder.trainable("t" + i, trainables[i]));
    }
    Operand value = body.of(builder, operands);
    Operand weighted =
        builder.add(
            "weights",
            new Op.Binary(BinaryKind.MUL),
            value,
            builder.constant("r", uniform(99, 0.5, 1.5, value.shape().toArray())));
    int[] axes = new int[value.shape().rank()];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = i;
    }
    builder.loss(builder.add("loss", Op.Reduce.of(ReduceKind.SUM, false, axes), weighted));
    Program forward = builder.build();
    check(kernels, forward, Map.of(), OptionalLong.empty(), trainables);
  }

  static void check(
      Kernels kernels,
      Program forward,
      Map<String, INDArray> inputs,
      OptionalLong seed,
      INDArray... trainables) {
    Map<String, INDArray> gradients = new LinkedHashMap<>();
    try (Executable both = Executable.of(Differentiation.of(forward), kernels)) {
      both.run(inputs, seed);
      both.run(inputs, seed); // the second run finds used memory
      for (int i = 0; i < trainables.length; i++) {
        gradients.put("t" + i, both.gradient("t" + i).dup());
      }
    }
    checkSinglePrecision(kernels, forward, inputs, seed, gradients);
    try (Executable only = Executable.of(forward, kernels)) {
      for (int i = 0; i < trainables.length; i++) {
        long stride = Math.max(1, trainables[i].length() / MOST_PROBED);
        for (long k = 0; k < trainables[i].length(); k += stride) {
          double expected = difference(only, inputs, seed, trainables[i], k);
          double actual = requireNonNull(gradients.get("t" + i)).getDouble(k);
          assertThat(Math.abs(actual - expected))
              .as("gradient of t%s[%s]: %s against %s in%n%s", i, k, actual, expected, forward)
              .isLessThanOrEqualTo(1e-6 * Math.max(1, Math.abs(expected)));
        }
      }
    }
  }

  /** The same program in float, fused, gives the same gradients; doubles may run on other code. */
  private static void checkSinglePrecision(
      Kernels kernels,
      Program forward,
      Map<String, INDArray> inputs,
      OptionalLong seed,
      Map<String, INDArray> expected) {
    Program floats = Fusion.of(Differentiation.of(SinglePrecision.of(forward)));
    try (Executable executable = Executable.of(floats, kernels)) {
      executable.run(inputs, seed);
      executable.run(inputs, seed);
      expected.forEach(
          (name, gradient) -> {
            INDArray actual = executable.gradient(name).castTo(DataType.DOUBLE);
            double scale = Math.max(1e-3, gradient.amaxNumber().doubleValue());
            assertThat(actual.sub(gradient).amaxNumber().doubleValue() / scale)
                .as("gradient of %s in float: %s against %s in%n%s", name, actual, gradient, floats)
                .isLessThanOrEqualTo(2e-5);
          });
    }
  }

  private static double difference(
      Executable program, Map<String, INDArray> inputs, OptionalLong seed, INDArray array, long k) {
    double before = array.getDouble(k);
    array.putScalar(k, before + STEP);
    program.run(inputs, seed);
    double above = program.loss();
    array.putScalar(k, before - STEP);
    program.run(inputs, seed);
    double below = program.loss();
    array.putScalar(k, before);
    return (above - below) / (2 * STEP);
  }
}
