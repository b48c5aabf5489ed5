/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.graft4j.engine.StockComparison.assertSameOutputs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Value;
import org.graft4j.models.TinyGraphs;
import org.graft4j.models.bert.BertConfig;
import org.graft4j.models.bert.BertGraph;
import org.graft4j.onnx.OnnxImporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Whole models: the engine computes what stock SameDiff computes, and recognises every composite.
 */
final class ModelsTest {

  @ParameterizedTest
  @MethodSource("org.graft4j.models.TinyGraphs#exports")
  void runsAnExport(String name) {
    SameDiff graph = OnnxImporter.load(TinyGraphs.file(name + ".onnx"));
    check(graph);
  }

  @Test
  void runsAnEncoderOfOurs() {
    check(BertGraph.random(tiny(), 7));
  }

  @Test
  void runsASavedEncoder() {
    check(TinyGraphs.bert());
  }

  @Test
  void runsAnEncoderAsTensorFlowSpellsIt() {
    check(TinyGraphs.tfStyleBert());
  }

  static BertConfig tiny() {
    return BertConfig.builder()
        .vocabularySize(50)
        .hiddenSize(16)
        .layers(2)
        .heads(4)
        .intermediateSize(24)
        .maxPositions(32)
        .build();
  }

  private static void check(SameDiff graph) {
    GraphView view = GraphView.of(graph);
    String[] outputs = view.outputs().stream().map(Value::name).toArray(String[]::new);
    assertSameOutputs(graph, placeholders(view, 2, 7), 2e-5, outputs);
    assertSameOutputs(graph, placeholders(view, 1, 5), 2e-5, outputs);
    try (CompiledGraph compiled = Engine.create().compile(graph, List.of(outputs))) {
      Map<String, long[]> shapes = new LinkedHashMap<>();
      placeholders(view, 2, 7).forEach((name, array) -> shapes.put(name, array.shape()));
      assertThat(compiled.report(shapes).findings()).isEmpty();
    }
  }

  /** Ids below 30, and masks that end early in the first row. */
  static Map<String, INDArray> placeholders(GraphView view, int batch, int length) {
    SplittableRandom random = new SplittableRandom(length);
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    for (Value value : view.placeholders()) {
      long[][] numbers = new long[batch][length];
      for (int i = 0; i < batch; i++) {
        for (int j = 0; j < length; j++) {
          if (value.name().contains("mask")) {
            numbers[i][j] = i == 0 && j >= length - 2 ? 0 : 1;
          } else if (value.name().contains("type") || value.name().contains("segment")) {
            numbers[i][j] = j > 3 ? 1 : 0;
          } else {
            numbers[i][j] = random.nextInt(30);
          }
        }
      }
      INDArray array = Nd4j.createFromArray(numbers);
      arrays.put(
          value.name(),
          value.dataType() == DataType.INT64 ? array : array.castTo(value.dataType()));
    }
    return arrays;
  }
}
