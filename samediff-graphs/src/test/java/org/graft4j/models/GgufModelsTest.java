/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

final class GgufModelsTest {

  @Test
  void aModelOfLlamaCppIsThatOfTransformers() throws IOException {
    SameDiff graph = GgufModels.load(TinyFamilies.file("llama", "llama.gguf"));
    SameDiff same = TinyFamilies.graph("llama", Form.CAUSAL_LM);
    Map<String, INDArray> arrays = TinyFamilies.arrays("llama", "cases");
    Map<String, INDArray> inputs = TinyFamilies.inputs(graph, arrays, "0.in.");
    INDArray actual = requireNonNull(graph.output(inputs, "logits").get("logits"));
    INDArray expected = requireNonNull(same.output(inputs, "logits").get("logits"));
    assertThat(actual).isEqualTo(expected);
    assertThat(graph.getVariable("model.layers.1.self_attn.k_proj.weight").getArr())
        .isEqualTo(same.getVariable("model.layers.1.self_attn.k_proj.weight").getArr());
  }

  @Test
  void aHeadIsMadeWhereTheFileHasNone() throws IOException {
    SameDiff graph =
        GgufModels.load(TinyFamilies.file("llama", "llama.gguf"), Form.SEQUENCE_CLASSIFICATION);
    assertThat(graph.getVariable("score.weight").getArr().shape()).containsExactly(2, 32);
    assertThat(graph.getVariable("score.weight").getVariableType().name()).isEqualTo("VARIABLE");
  }

  @Test
  void anotherArchitectureIsNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("other.gguf");
    byte[] bytes = Files.readAllBytes(TinyFamilies.file("llama", "llama.gguf"));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = text.indexOf("general.architecture") + "general.architecture".length() + 4 + 8;
    bytes[at] = 'x';
    Files.write(file, bytes);
    assertThatThrownBy(() -> GgufModels.load(file))
        .isInstanceOf(ModelException.class)
        .hasMessage(file + ": architecture 'xlama' is not known; known is llama");
  }
}
