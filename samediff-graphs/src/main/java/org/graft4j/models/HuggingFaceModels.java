/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import com.google.common.collect.ImmutableSortedMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.graft4j.models.bart.BartGraph;
import org.graft4j.models.bert.BertGraph;
import org.graft4j.models.bloom.BloomGraph;
import org.graft4j.models.codegen.CodeGenGraph;
import org.graft4j.models.distilbert.DistilBertGraph;
import org.graft4j.models.electra.ElectraGraph;
import org.graft4j.models.gemma.GemmaGraph;
import org.graft4j.models.gemma2.Gemma2Graph;
import org.graft4j.models.glm.GlmGraph;
import org.graft4j.models.glm4.Glm4Graph;
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
import org.graft4j.models.roberta.RobertaGraph;
import org.graft4j.models.t5.T5Graph;
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

  private static final ImmutableSortedMap<String, Family> FAMILIES =
      ImmutableSortedMap.<String, Family>naturalOrder()
          .put("bart", BartGraph::of)
          .put("bert", BertGraph::of)
          .put("bloom", BloomGraph::of)
          .put("codegen", CodeGenGraph::of)
          .put("distilbert", DistilBertGraph::of)
          .put("electra", ElectraGraph::of)
          .put("gemma", GemmaGraph::of)
          .put("gemma2", Gemma2Graph::of)
          .put("glm", GlmGraph::of)
          .put("glm4", Glm4Graph::of)
          .put("gpt2", Gpt2Graph::of)
          .put("gpt_neox", GptNeoXGraph::of)
          .put("gptj", GptJGraph::of)
          .put("llama", LlamaGraph::of)
          .put("mbart", BartGraph::of)
          .put("mistral", MistralGraph::of)
          .put("moss", CodeGenGraph::of)
          .put("mt5", T5Graph::of)
          .put("openai-gpt", OpenAiGptGraph::of)
          .put("opt", OptGraph::of)
          .put("phi3", Phi3Graph::of)
          .put("qwen2", Qwen2Graph::of)
          .put("qwen3", Qwen3Graph::of)
          .put("roberta", RobertaGraph::of)
          .put("t5", T5Graph::of)
          .put("xlm-roberta", RobertaGraph::of)
          .build();

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
