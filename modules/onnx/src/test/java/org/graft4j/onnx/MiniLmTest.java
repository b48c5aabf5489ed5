/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.graft4j.weights.Safetensors;
import org.graft4j.weights.TensorFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** all-MiniLM-L6-v2 against ONNX Runtime; the reference is made by {@code minilm_reference.py}. */
final class MiniLmTest {
  private static final List<String> INPUTS =
      List.of("input_ids", "attention_mask", "token_type_ids");
  private static final String OUTPUT = "last_hidden_state";

  @TempDir static Path folder;
  private static SameDiff graph;

  @BeforeAll
  static void importModel() throws Exception {
    Path file = copy("/all-minilm-l6-v2.onnx", "model.onnx");
    graph = OnnxImporter.load(file);
  }

  private static Path copy(String resource, String name) throws Exception {
    Path file = folder.resolve(name);
    try (InputStream in = MiniLmTest.class.getResourceAsStream(resource)) {
      Files.copy(Objects.requireNonNull(in, resource), file);
    }
    return file;
  }

  @Test
  void givesTheHiddenStatesOfOnnxRuntime() throws Exception {
    try (TensorFile reference = Safetensors.open(copy("minilm.safetensors", "parity"))) {
      for (String name : List.of("padded", "unpadded", "single", "long")) {
        assertThat(worst(graph, reference, name)).as(name).isLessThan(2e-5);
      }
    }
  }

  @Test
  void survivesStockSaveAndLoad() throws Exception {
    Path file = folder.resolve("model.fb");
    graph.save(file.toFile(), false);
    SameDiff loaded = SameDiff.load(file.toFile(), false);
    try (TensorFile reference = Safetensors.open(copy("minilm.safetensors", "saved"))) {
      assertThat(worst(loaded, reference, "padded")).isLessThan(2e-5);
    }
  }

  @Test
  void namesInputsOutputsModulesAndWeights() {
    assertThat(graph.inputs()).containsExactlyInAnyOrderElementsOf(INPUTS);
    assertThat(graph.outputs()).containsExactly(OUTPUT);
    assertThat(graph.getVariable("input_ids").placeholderShape()).containsExactly(-1, -1);
    assertThat(graph.getVariable("encoder.layer.0.attention.self.query.weight").getShape())
        .containsExactly(384, 384);
    assertThat(graph.getVariable("encoder.layer.5.output.dense.bias").getShape())
        .containsExactly(384);
    assertThat(graph.getVariable("encoder.layer.0.attention.self.query/matmul")).isNotNull();
    assertThat(graph.getVariableOutputOp(OUTPUT).getOwnName()).isEqualTo(OUTPUT);
  }

  private static double worst(SameDiff graph, TensorFile reference, String name) throws Exception {
    Map<String, INDArray> inputs = new HashMap<>();
    for (String input : INPUTS) {
      inputs.put(input, reference.read(name + "." + input));
    }
    INDArray output = graph.outputSingle(inputs, OUTPUT);
    INDArray expected = reference.read(name + ".expected");
    long[] rows = reference.read(name + ".rows").toLongVector();
    double worst = 0;
    for (int b = 0; b < expected.size(0); b++) {
      for (int r = 0; r < rows.length; r++) {
        for (int h = 0; h < expected.size(2); h++) {
          double difference = expected.getDouble(b, r, h) - output.getDouble(b, (int) rows[r], h);
          worst = Math.max(worst, Math.abs(difference));
        }
      }
    }
    return worst;
  }
}
