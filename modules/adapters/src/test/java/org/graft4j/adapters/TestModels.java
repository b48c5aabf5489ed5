/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.graft4j.models.bert.BertConfig;
import org.graft4j.models.bert.BertGraph;
import org.graft4j.onnx.OnnxImporter;
import org.graft4j.weights.Safetensors;
import org.graft4j.weights.TensorFile;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Tiny models of four architectures, imported from files of two exporters, and one that was built
 * by hand.
 */
public final class TestModels {

  private static final List<TestModel> ALL = new ArrayList<>();

  private TestModels() {}

  /** Returns the models; they are loaded once. */
  public static synchronized List<TestModel> all() {
    if (ALL.isEmpty()) {
      ALL.add(bert());
      ALL.add(imported("bert-torchscript", "last_hidden_state", List.of("query", "value"), 4));
      ALL.add(imported("gpt2-dynamo", "logits", List.of("c_attn"), 2));
      ALL.add(imported("llama-torchscript", "logits", List.of("q_proj", "v_proj"), 4));
      ALL.add(imported("t5-dynamo", "logits", List.of("q", "v"), 12));
    }
    return ALL;
  }

  /** Returns one of the models. */
  public static TestModel of(String name) {
    return all().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
  }

  /** Returns the model that is built by hand; its weights lie as torch's, {@code [out, in]}. */
  public static TestModel bert() {
    BertConfig config =
        BertConfig.builder()
            .vocabularySize(50)
            .hiddenSize(16)
            .layers(2)
            .heads(2)
            .intermediateSize(24)
            .maxPositions(12)
            .build();
    Map<String, INDArray> inputs =
        Map.of(
            "input_ids", Nd4j.createFromArray(new long[][] {{1, 7, 3, 9, 2}, {1, 4, 2, 0, 0}}),
            "attention_mask", Nd4j.createFromArray(new long[][] {{1, 1, 1, 1, 1}, {1, 1, 1, 0, 0}}),
            "token_type_ids", Nd4j.createFromArray(new long[2][5]));
    return new TestModel(
        "bert built by hand",
        BertGraph.random(config, 7),
        inputs,
        "last_hidden_state",
        List.of("query", "value"),
        4);
  }

  private static TestModel imported(String name, String output, List<String> targets, int sites) {
    SameDiff graph = OnnxImporter.load(resource("/org/graft4j/models/tiny/" + name + ".onnx"));
    Map<String, INDArray> inputs = new LinkedHashMap<>();
    tensors("/org/graft4j/models/tiny/" + name + ".safetensors")
        .forEach(
            (key, array) -> {
              if (key.startsWith("case0.in.")) {
                inputs.put(key.substring("case0.in.".length()), array);
              }
            });
    return new TestModel(name, graph, inputs, output, targets, sites);
  }

  /** Reads all tensors of a file on the class path. */
  public static Map<String, INDArray> tensors(String resource) {
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    try (TensorFile file = Safetensors.open(resource(resource))) {
      for (String name : file.names()) {
        tensors.put(name, file.read(name));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tensors;
  }

  private static Path resource(String name) {
    try (InputStream in =
        Objects.requireNonNull(TestModels.class.getResourceAsStream(name), name)) {
      Path file = Files.createTempFile("graft4j", name.substring(name.lastIndexOf('/') + 1));
      file.toFile().deleteOnExit();
      Files.write(file, in.readAllBytes());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
