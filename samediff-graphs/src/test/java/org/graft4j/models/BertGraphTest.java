/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.graft4j.models.bert.BertConfig;
import org.graft4j.models.bert.BertGraph;
import org.graft4j.weights.Safetensors;
import org.graft4j.weights.TensorFile;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

final class BertGraphTest {
  private static final int CASES = 4;

  @Test
  void computesWhatTransformersComputes() throws IOException {
    SameDiff graph = BertGraph.of(TinyGraphs.bertConfig(), WriteTinyGraphs.weights());
    assertSameAsTransformers(graph, Map.of(), "last_hidden_state");
  }

  @Test
  void theFileComputesTheSame() throws IOException {
    assertSameAsTransformers(TinyGraphs.bert(), Map.of(), "last_hidden_state");
  }

  @Test
  void theTensorFlowStyleComputesTheSame() throws IOException {
    SameDiff graph = TfStyleBert.of(TinyGraphs.bertConfig(), WriteTinyGraphs.weights());
    Map<String, String> names =
        Map.of("attention_mask", "input_mask", "token_type_ids", "segment_ids");
    String output = graph.outputs().get(0);
    assertSameAsTransformers(graph, names, output);
    assertSameAsTransformers(TinyGraphs.tfStyleBert(), names, output);
  }

  private static void assertSameAsTransformers(
      SameDiff graph, Map<String, String> names, String output) throws IOException {
    try (TensorFile file = Safetensors.open(TinyGraphs.file("bert-torchscript.safetensors"))) {
      for (int i = 0; i < CASES; i++) {
        Map<String, INDArray> inputs = new LinkedHashMap<>();
        for (String name : new String[] {"input_ids", "attention_mask", "token_type_ids"}) {
          INDArray array = file.read("case" + i + ".in." + name);
          String placeholder = names.getOrDefault(name, name);
          inputs.put(placeholder, array.castTo(graph.getVariable(placeholder).dataType()));
        }
        INDArray expected = file.read("case" + i + ".out.last_hidden_state");
        INDArray mask = file.read("case" + i + ".in.attention_mask");
        INDArray actual = run(graph, inputs, output);
        INDArray difference =
            Transforms.abs(actual.sub(expected))
                .muli(mask.castTo(DataType.FLOAT).reshape(mask.size(0), mask.size(1), 1));
        assertThat(difference.sumNumber().doubleValue()).isNotNaN(); // the maximum passes over NaN
        assertThat(difference.maxNumber().doubleValue()).isLessThan(2e-6);
      }
    }
  }

  private static INDArray run(SameDiff graph, Map<String, INDArray> inputs, String output) {
    return requireNonNull(graph.output(inputs, output).get(output));
  }

  /** The derivative along the gradient itself is the square of the gradient's length. */
  @Test
  void stockSameDiffDifferentiatesIt() {
    SameDiff graph = BertGraph.random(TinyGraphs.bertConfig(), 3);
    Map<String, INDArray> inputs = TinyGraphs.bertInputs(2, 5, 4);
    INDArray direction = Nd4j.linspace(-1, 1, 2 * 5 * 32, DataType.FLOAT).reshape(2, 5, 32);
    SDVariable loss =
        graph
            .getVariable("last_hidden_state")
            .mul(graph.constant("direction", Transforms.sin(direction.mul(7))))
            .sum();
    graph.setLossVariables(loss.name());
    List<String> names =
        List.of(
            "encoder.layer.0.attention.self.query.weight",
            "encoder.layer.1.attention.self.value.bias",
            "encoder.layer.0.intermediate.dense.weight",
            "encoder.layer.0.output.LayerNorm.weight");
    graph.convertToVariables(names.stream().map(graph::getVariable).toList());
    Map<String, INDArray> gradients = graph.calculateGradients(inputs, names);
    for (String name : names) {
      INDArray gradient = requireNonNull(gradients.get(name));
      double length = gradient.norm2Number().doubleValue();
      double step = 0.02 / length;
      INDArray weight = graph.getVariable(name).getArr();
      weight.addi(gradient.mul(step));
      double above = run(graph, inputs, loss.name()).getDouble(0);
      weight.subi(gradient.mul(2 * step));
      double below = run(graph, inputs, loss.name()).getDouble(0);
      weight.addi(gradient.mul(step));
      assertThat((above - below) / (2 * step))
          .as(name)
          .isCloseTo(length * length, withinPercentage(2));
    }
  }

  @Test
  void randomWeightsDependOnTheSeedOnly() {
    BertConfig config = TinyGraphs.bertConfig();
    Map<String, INDArray> weights = BertGraph.randomWeights(config, 7);
    assertThat(weights).isEqualTo(BertGraph.randomWeights(config, 7));
    assertThat(weights).isNotEqualTo(BertGraph.randomWeights(config, 8));
  }

  @Test
  void aMissingWeightIsNamed() {
    Map<String, INDArray> weights = BertGraph.randomWeights(TinyGraphs.bertConfig(), 1);
    weights.remove("encoder.layer.1.output.dense.bias");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BertGraph.of(TinyGraphs.bertConfig(), weights))
        .withMessage("there is no weight 'encoder.layer.1.output.dense.bias'");
  }

  @Test
  void aWeightOfAnotherShapeIsNamed() {
    Map<String, INDArray> weights = BertGraph.randomWeights(TinyGraphs.bertConfig(), 1);
    BertConfig wider = BertConfig.builder().hiddenSize(36).heads(4).vocabularySize(99).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BertGraph.of(wider, weights))
        .withMessage(
            "weight 'embeddings.word_embeddings.weight' must have the shape [99, 36]: [99, 32]");
  }

  @Test
  void sizesAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BertConfig.builder().layers(0).build())
        .withMessage("layers must be positive: 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BertConfig.builder().heads(5).build())
        .withMessage("heads must divide hiddenSize 768: 5");
  }
}
