/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.graft4j.graph.GraphCheck;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Node;
import org.graft4j.models.TinyGraphs;
import org.graft4j.weights.Safetensors;
import org.graft4j.weights.TensorFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * BERT, GPT-2, LLaMA and T5 from both torch exporters: outputs, stock save and load, and gradients
 * that stock SameDiff computes.
 */
final class TinyModelsTest {
  private static final int CASES = 4;
  private static final long SEED = 5;

  @TempDir Path folder;

  static List<String> exports() {
    return TinyGraphs.exports();
  }

  @ParameterizedTest
  @MethodSource("exports")
  void givesTorchsOutputsAlsoAfterStockSaveAndLoad(String export) throws Exception {
    SameDiff graph = OnnxImporter.load(TinyGraphs.file(export + ".onnx"));
    GraphCheck.check(graph);
    Path saved = folder.resolve("graph.fb");
    graph.save(saved.toFile(), false);
    SameDiff loaded = SameDiff.load(saved.toFile(), false);
    try (TensorFile reference = Safetensors.open(TinyGraphs.file(export + ".safetensors"))) {
      for (int i = 0; i < CASES; i++) {
        for (String output : graph.outputs()) {
          INDArray expected = reference.read("case" + i + ".out." + output);
          Map<String, INDArray> inputs = inputs(reference, i);
          INDArray actual = graph.outputSingle(inputs, output);
          assertThat(actual.shape()).isEqualTo(expected.shape());
          assertThat(actual.sumNumber().doubleValue()).isNotNaN(); // the maximum passes over NaN
          assertThat(actual.sub(expected).amaxNumber().doubleValue())
              .as("case %d, %s", i, output)
              .isLessThan(1e-5);
          assertThat(loaded.outputSingle(inputs, output)).isEqualTo(actual);
        }
      }
    }
  }

  /**
   * Moves all weights of linear layers along one random direction: the loss changes as the
   * gradients of stock SameDiff say.
   */
  @ParameterizedTest
  @MethodSource("exports")
  void hasTheRightGradients(String export) throws Exception {
    SameDiff graph = OnnxImporter.load(TinyGraphs.file(export + ".onnx"));
    List<SDVariable> weights = new ArrayList<>();
    for (Node node : GraphView.of(graph).nodes()) {
      if (node.op().equals("matmul")
          && node.input(1).isConstant()
          && node.input(1).consumers().size() == 1) {
        weights.add(graph.getVariable(node.input(1).name()));
      }
    }
    assertThat(weights).hasSizeGreaterThan(7);
    graph.convertToVariables(weights);
    SDVariable output = graph.getVariable(graph.outputs().get(0));
    SDVariable loss = graph.sum("loss", graph.math().square(output));
    graph.setLossVariables(loss);
    Map<String, INDArray> inputs;
    try (TensorFile reference = Safetensors.open(TinyGraphs.file(export + ".safetensors"))) {
      inputs = inputs(reference, 0);
    }
    List<String> names = weights.stream().map(SDVariable::name).toList();
    Map<String, INDArray> gradients = graph.calculateGradients(inputs, names);
    Random random = new Random(SEED);
    double expected = 0;
    Map<String, INDArray> steps = new HashMap<>();
    for (String name : names) {
      INDArray gradient = Objects.requireNonNull(gradients.get(name));
      INDArray step = gradient.like();
      for (long i = 0; i < step.length(); i++) {
        step.putScalar(i, Math.signum(gradient.getDouble(i)) * 2e-4 * random.nextDouble());
      }
      expected += gradient.mul(step).sumNumber().doubleValue();
      steps.put(name, step);
    }
    double up = moved(graph, inputs, steps, 1);
    double down = moved(graph, inputs, steps, -2);
    assertThat((up - down) / 2).isCloseTo(expected, withinPercentage(2));
  }

  private static double moved(
      SameDiff graph, Map<String, INDArray> inputs, Map<String, INDArray> steps, int times) {
    steps.forEach((name, step) -> graph.getVariable(name).getArr().addi(step.mul(times)));
    return graph.outputSingle(inputs, "loss").getDouble(0);
  }

  private static Map<String, INDArray> inputs(TensorFile reference, int number) throws Exception {
    String prefix = "case" + number + ".in.";
    Map<String, INDArray> inputs = new HashMap<>();
    for (String name : reference.names()) {
      if (name.startsWith(prefix)) {
        inputs.put(name.substring(prefix.length()), reference.read(name));
      }
    }
    return inputs;
  }
}
