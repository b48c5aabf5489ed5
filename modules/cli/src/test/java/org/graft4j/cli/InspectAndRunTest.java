/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.graft4j.cli.Session.Result;
import org.graft4j.models.TinyGraphs;
import org.graft4j.weights.Safetensors;
import org.graft4j.weights.TensorFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What is in a model, and what it computes. */
final class InspectAndRunTest {
  @TempDir Path folder;

  @Test
  void saysWhatIsInAModel() throws IOException {
    Path model = TinyGraphs.file("bert-torchscript.onnx");
    Result text = Session.run("inspect", model);
    assertThat(text.status()).isZero();
    assertThat(text.out())
        .contains("placeholders", "input_ids", "LONG [?, ?]", "last_hidden_state")
        .containsPattern("encoder\\.layer\\.1\\.attention\\.self\\.query +32 to 32, bias")
        .containsPattern("embeddings\\.word_embeddings +99 x 32")
        .containsPattern("encoder\\.layer\\.0\\.output\\.LayerNorm +epsilon 1.0E-12");

    JsonNode json = new ObjectMapper().readTree(Session.run("inspect", model, "--json").out());
    assertThat(json.path("parameters").asLong()).isGreaterThan(10_000);
    assertThat(json.path("layers"))
        .filteredOn(l -> l.path("kind").asText().equals("linear"))
        .hasSize(12);
  }

  @Test
  void runsAModelOnArrays() throws IOException {
    Path inputs = folder.resolve("in.safetensors");
    Path outputs = folder.resolve("out.safetensors");
    try (TensorFile cases = Safetensors.open(TinyGraphs.file("bert-torchscript.safetensors"))) {
      Map<String, INDArray> arrays = new LinkedHashMap<>();
      for (String name : new String[] {"input_ids", "attention_mask", "token_type_ids"}) {
        arrays.put(name, cases.read("case0.in." + name));
      }
      Safetensors.write(inputs, arrays, Map.of());
      Result run =
          Session.run(
              "run",
              TinyGraphs.file("bert-torchscript.onnx"),
              "--inputs",
              inputs,
              "--outputs",
              outputs);
      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isZero();
      try (TensorFile written = Safetensors.open(outputs)) {
        INDArray difference =
            written.read("last_hidden_state").sub(cases.read("case0.out.last_hidden_state"));
        assertThat(difference.sumNumber().doubleValue()).isNotNaN(); // the maximum passes over NaN
        assertThat(difference.amaxNumber().doubleValue()).isCloseTo(0, within(2e-5));
      }
    }
  }
}
