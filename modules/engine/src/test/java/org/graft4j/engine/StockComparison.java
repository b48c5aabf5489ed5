/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Compares what the engine computes with what stock SameDiff computes. */
public final class StockComparison {
  private StockComparison() {}

  /** Asserts that outputs agree to a relative error over each array. */
  public static void assertSameOutputs(
      SameDiff graph, Map<String, INDArray> placeholders, double tolerance, String... outputs) {
    Map<String, INDArray> expected = graph.output(placeholders, outputs);
    try (CompiledGraph compiled = Engine.create().compile(graph, List.of(outputs))) {
      Map<String, INDArray> actual = compiled.run(placeholders);
      for (String output : outputs) {
        assertClose(output, at(actual, output), at(expected, output), tolerance);
      }
    }
  }

  /** Asserts that loss and gradients agree to a relative error over each array. */
  public static void assertSameGradients(
      SameDiff graph,
      Map<String, INDArray> placeholders,
      String loss,
      double tolerance,
      String... trainable) {
    graph.setLossVariables(loss);
    Map<String, INDArray> expected =
        new HashMap<>(graph.calculateGradients(placeholders, trainable));
    double expectedLoss = at(graph.output(placeholders, loss), loss).getDouble(0);
    try (CompiledGraph compiled =
            Engine.create().compileTraining(graph, loss, List.of(trainable), List.of());
        Plan plan = compiled.planFor(placeholders)) {
      plan.run(placeholders);
      assertThat(plan.loss())
          .isCloseTo(expectedLoss, offset(tolerance * Math.max(1, Math.abs(expectedLoss))));
      for (String name : trainable) {
        assertClose(name, plan.gradient(name), at(expected, name), tolerance);
      }
    }
  }

  /** The array of a name, which must be there. */
  public static INDArray at(Map<String, INDArray> arrays, String name) {
    return Objects.requireNonNull(arrays.get(name), name);
  }

  /** Asserts that shapes, types and elements agree. */
  public static void assertClose(
      String what, INDArray actual, INDArray expected, double tolerance) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    assertThat(actual.dataType()).as(what).isEqualTo(expected.dataType());
    if (expected.isEmpty()) {
      return;
    }
    INDArray a = actual.castTo(DataType.DOUBLE).dup('c');
    INDArray b = expected.castTo(DataType.DOUBLE).dup('c');
    // ND4J's maximum passes over NaN
    assertThat(Double.isNaN(a.sumNumber().doubleValue())).as("NaN in %s: %s", what, a).isFalse();
    double scale = Math.max(b.amaxNumber().doubleValue(), 1e-12);
    double difference = a.sub(b).amaxNumber().doubleValue();
    assertThat(difference / scale)
        .as("relative difference of %s: %s against %s", what, a, b)
        .isLessThanOrEqualTo(tolerance);
  }
}
