/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.graft4j.models.bert.BertGraph;
import org.graft4j.models.gemma.GemmaGraph;
import org.graft4j.models.gemma2.Gemma2Graph;
import org.graft4j.models.glm.GlmGraph;
import org.graft4j.models.glm4.Glm4Graph;
import org.graft4j.models.bloom.BloomGraph;
import org.graft4j.models.codegen.CodeGenGraph;
import org.graft4j.models.gpt2.Gpt2Graph;
import org.graft4j.models.gptj.GptJGraph;
import org.graft4j.models.gptneox.GptNeoXGraph;
import org.graft4j.models.llama.LlamaGraph;
import org.graft4j.models.mistral.MistralGraph;
import org.graft4j.models.openaigpt.OpenAiGptGraph;
import org.graft4j.models.opt.OptGraph;
import org.graft4j.models.phi3.Phi3Graph;
import org.graft4j.models.qwen2.Qwen2Graph;
import org.graft4j.models.qwen3.Qwen3Graph;
import org.graft4j.weights.Safetensors;
import org.graft4j.weights.TensorFile;
import org.nd4j.autodiff.samediff.SameDiff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Models in the form in which Hugging Face keeps them: a folder with config.json and weights. */
public final class HuggingFaceModels {
  private static final Logger LOG = LoggerFactory.getLogger(HuggingFaceModels.class);

  /** Writes the graph of one family. */
  @FunctionalInterface
  private interface Family {
    SameDiff graph(ModelConfig config, Checkpoint weights, Form form) throws IOException;
  }

  private static final Map<String, Family> FAMILIES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("bert", BertGraph::of),
              Map.entry("gemma", GemmaGraph::of),
              Map.entry("gemma2", Gemma2Graph::of),
              Map.entry("glm", GlmGraph::of),
              Map.entry("glm4", Glm4Graph::of),
              Map.entry("gpt2", Gpt2Graph::of),
              Map.entry("llama", LlamaGraph::of),
              Map.entry("mistral", MistralGraph::of),
              Map.entry("opt", OptGraph::of),
              Map.entry("phi3", Phi3Graph::of),
              Map.entry("qwen2", Qwen2Graph::of),
              Map.entry("qwen3", Qwen3Graph::of),
              Map.entry("bloom", BloomGraph::of),
              Map.entry("codegen", CodeGenGraph::of),
              Map.entry("gpt_neox", GptNeoXGraph::of),
              Map.entry("gptj", GptJGraph::of),
              Map.entry("moss", CodeGenGraph::of),
              Map.entry("openai-gpt", OpenAiGptGraph::of),
              Map.entry("opt", OptGraph::of)));

  private HuggingFaceModels() {}

  /**
   * Names the families that can be loaded.
   *
   * @return the {@code model_type}s in alphabetical order
   */
  public static List<String> families() {
    return List.copyOf(FAMILIES.keySet());
  }

  /**
   * Loads a model in the form that its configuration names.
   *
   * @param directory a folder with {@code config.json} and safetensors
   * @return the graph; placeholders and outputs are called as in transformers
   * @throws IOException if a file is missing or broken, or the family is not known
   */
  public static SameDiff load(Path directory) throws IOException {
    ModelConfig config = ModelConfig.read(directory.resolve("config.json"));
    return load(directory, config, form(config));
  }

  /**
   * Loads a model in a form; a head that the weights lack is made anew and trainable.
   *
   * @param directory a folder with {@code config.json} and safetensors
   * @param form what stands on top
   * @return the graph
   * @throws IOException if a file is missing or broken, or the family or its form is not known
   */
  public static SameDiff load(Path directory, Form form) throws IOException {
    return load(directory, ModelConfig.read(directory.resolve("config.json")), form);
  }

  /**
   * Writes the graph of a model.
   *
   * @param config its configuration
   * @param weights its weights
   * @param form what stands on top
   * @return the graph
   * @throws IOException if the family or its form is not known, or the configuration is wrong
   */
  public static SameDiff graph(ModelConfig config, Checkpoint weights, Form form)
      throws IOException {
    Family family = FAMILIES.get(config.text("model_type"));
    if (family == null) {
      throw config.wrong("model_type", "is not known; known are " + String.join(", ", families()));
    }
    return family.graph(config, weights, form);
  }

  private static SameDiff load(Path directory, ModelConfig config, Form form) throws IOException {
    try (TensorFile file = Safetensors.open(directory)) {
      Checkpoint weights = Checkpoint.of(file);
      SameDiff graph = graph(config, weights, form);
      report(directory, weights);
      return graph;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (IllegalArgumentException e) {
      throw new ModelException(directory + ": " + e.getMessage(), e);
    }
  }

  private static void report(Path directory, Checkpoint weights) {
    if (!weights.made().isEmpty()) {
      LOG.info("{} has no {}; made anew, to be trained", directory, weights.made());
    }
    if (!weights.unread().isEmpty()) {
      LOG.info("{} has weights that are not used: {}", directory, weights.unread());
    }
  }

  private static Form form(ModelConfig config) throws ModelException {
    for (String architecture : config.texts("architectures")) {
      Form form = Form.ofArchitecture(architecture).orElse(null);
      if (form != null) {
        return form;
      }
      throw config.wrong("architectures", "ends like no known form; name a form");
    }
    return Form.BASE;
  }
}
