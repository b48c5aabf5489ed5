/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.graft4j.engine.StockComparison.assertClose;
import static org.graft4j.engine.StockComparison.at;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.graft4j.models.Form;
import org.graft4j.models.TinyFamilies;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The engine computes what transformers does, forward and backward, for every family. */
final class FamiliesTest {

  @TestFactory
  Stream<DynamicTest> outputsAreThoseOfTransformers() {
    return each((family, form) -> checkOutputs(family, form), Form.values());
  }

  @TestFactory
  Stream<DynamicTest> lossAndGradientsOfLanguageModelsAreThoseOfTransformers() {
    return each(
        (family, form) -> checkGradients(family, form),
        Form.CAUSAL_LM,
        Form.MASKED_LM,
        Form.SEQ2SEQ_LM);
  }

  @FunctionalInterface
  private interface Check {
    void run(String family, Form form);
  }

  private static Stream<DynamicTest> each(Check check, Form... forms) {
    List<DynamicTest> tests = new ArrayList<>();
    for (String family : TinyFamilies.names()) {
      for (Form form : forms) {
        if (TinyFamilies.forms(family).contains(form)) {
          String name = family + " " + form;
          tests.add(DynamicTest.dynamicTest(name, () -> check.run(family, form)));
        }
      }
    }
    return tests.stream();
  }

  private static void checkOutputs(String family, Form form) {
    SameDiff graph = TinyFamilies.graph(family, form);
    Map<String, INDArray> arrays = TinyFamilies.arrays(family, "cases");
    List<String> outputs = graph.outputs();
    try (CompiledGraph compiled = Engine.create().compile(graph, outputs)) {
      for (int i = 0; arrays.containsKey(i + ".in.input_ids"); i++) {
        Map<String, INDArray> inputs = TinyFamilies.inputs(graph, arrays, i + ".in.");
        Map<String, INDArray> actual = compiled.run(inputs);
        for (String output : outputs) {
          INDArray mask = TinyFamilies.mask(graph, arrays, i + ".in.", output);
          String name = i + ".out." + (form == Form.BASE ? "" : form + ".") + output;
          INDArray expected = at(arrays, name);
          assertClose(name, ofTokens(at(actual, output), mask), ofTokens(expected, mask), 1e-5);
        }
        Map<String, long[]> shapes = new HashMap<>();
        inputs.forEach((name, array) -> shapes.put(name, array.shape()));
        assertThat(compiled.report(shapes).findings()).isEmpty();
      }
    }
  }

  /** Zero where padding is. */
  private static INDArray ofTokens(INDArray array, INDArray mask) {
    boolean perToken = array.rank() > 1 && array.size(1) == mask.size(1);
    INDArray tokens = mask.castTo(DataType.FLOAT);
    return !perToken
        ? array
        : array.mul(array.rank() == 3 ? tokens.reshape(mask.size(0), mask.size(1), 1) : tokens);
  }

  private static void checkGradients(String family, Form form) {
    SameDiff graph = TinyFamilies.graph(family, form);
    Map<String, INDArray> arrays = TinyFamilies.arrays(family, "cases");
    String loss = loss(graph, form == Form.CAUSAL_LM);
    Map<String, INDArray> inputs = new HashMap<>(TinyFamilies.inputs(graph, arrays, "loss.in."));
    inputs.put("labels", at(arrays, "loss." + form + ".labels"));
    String prefix = "gradient." + form + ".";
    List<String> names =
        arrays.keySet().stream()
            .filter(name -> name.startsWith(prefix))
            .map(name -> name.substring(prefix.length()))
            .toList();
    assertThat(names).hasSizeGreaterThanOrEqualTo(3);
    try (CompiledGraph compiled = Engine.create().compileTraining(graph, loss, names, List.of());
        Plan plan = compiled.planFor(inputs)) {
      plan.run(inputs);
      double expected = at(arrays, "loss." + form).getDouble(0);
      assertThat(Math.abs(plan.loss() - expected) / expected).isLessThan(1e-5);
      for (String name : names) {
        assertClose(name, plan.gradient(name), at(arrays, prefix + name), 1e-4);
      }
    }
  }

  /** The mean cross entropy of labelled tokens, those of a causal model one token ahead. */
  private static String loss(SameDiff graph, boolean causal) {
    SDVariable logits = requireNonNull(graph.getVariable("logits"));
    SDVariable labels = graph.placeHolder("labels", DataType.INT64, -1, -1);
    if (causal) {
      logits =
          graph.stridedSlice(
              logits,
              new long[] {0, 0, 0},
              new long[] {0, -1, 0},
              new long[] {1, 1, 1},
              5,
              5,
              0,
              0,
              0);
      labels =
          graph.stridedSlice(
              labels, new long[] {0, 1}, new long[] {0, 0}, new long[] {1, 1}, 1, 3, 0, 0, 0);
    }
    SDVariable counted = graph.gte(labels, graph.constant("none", 0L)).castTo(DataType.FLOAT);
    SDVariable losses = graph.loss().sparseSoftmaxCrossEntropy(logits, labels);
    return losses.mul(counted).sum().div("loss", counted.sum()).name();
  }
}
