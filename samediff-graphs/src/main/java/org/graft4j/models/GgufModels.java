/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.graft4j.models.llama.LlamaGraph;
import org.graft4j.weights.Gguf;
import org.graft4j.weights.GgufMetadata;
import org.graft4j.weights.TensorFile;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Models in GGUF files, with the modules and weights of transformers.
 *
 * <p>The architecture {@code llama}. llama.cpp orders the rows of its queries and keys so that the
 * features that turn together lie side by side; they are put back.
 */
public final class GgufModels {
  private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d+)\\.([a-z_]+)\\.(weight|bias)");
  private static final Map<String, String> MODULES =
      ImmutableMap.<String, String>builder()
          .put("attn_norm", "input_layernorm")
          .put("ffn_norm", "post_attention_layernorm")
          .put("attn_q", "self_attn.q_proj")
          .put("attn_k", "self_attn.k_proj")
          .put("attn_v", "self_attn.v_proj")
          .put("attn_output", "self_attn.o_proj")
          .put("ffn_gate", "mlp.gate_proj")
          .put("ffn_up", "mlp.up_proj")
          .put("ffn_down", "mlp.down_proj")
          .build();
  private static final Map<String, String> WEIGHTS =
      Map.of(
          "token_embd.weight", "model.embed_tokens.weight",
          "output_norm.weight", "model.norm.weight",
          "output.weight", "lm_head.weight");

  private final Path file;
  private final GgufMetadata metadata;
  private final TensorFile tensors;

  private GgufModels(Path file, Gguf gguf) {
    this.file = file;
    this.metadata = gguf.metadata();
    this.tensors = gguf.tensors();
  }

  /**
   * Loads a causal language model; quantised weights become floats.
   *
   * @param file the file
   * @return the graph, as {@link HuggingFaceModels#load(Path)} makes it
   * @throws IOException if the file is missing or broken, or its architecture is not known
   */
  public static SameDiff load(Path file) throws IOException {
    return load(file, Form.CAUSAL_LM);
  }

  /**
   * Loads a model in a form; a head that the file lacks is made anew and trainable.
   *
   * @param file the file
   * @param form what stands on top
   * @return the graph
   * @throws IOException if the file is missing or broken, or its architecture is not known
   */
  public static SameDiff load(Path file, Form form) throws IOException {
    try (Gguf gguf = Gguf.open(file)) {
      return new GgufModels(file, gguf).graph(form);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (IllegalArgumentException e) {
      throw new ModelException(file + ": " + e.getMessage(), e);
    }
  }

  private SameDiff graph(Form form) throws IOException {
    String architecture = metadata.string("general.architecture");
    if (!architecture.equals("llama")) {
      throw new ModelException(
          file + ": architecture '" + architecture + "' is not known; known is llama");
    }
    if (tensors.contains("rope_freqs.weight")) {
      throw new ModelException(
          file + ": positions that are scaled by 'rope_freqs.weight' are not supported");
    }
    Map<String, String> stored = new HashMap<>();
    for (String name : tensors.names()) {
      stored.put(transformersName(name), name);
    }
    ModelConfig config = ModelConfig.of(file.toString(), config().toString());
    long heads = metadata.integer("llama.attention.head_count");
    long groups = metadata.findInteger("llama.attention.head_count_kv").orElse(heads);
    Checkpoint weights =
        Checkpoint.of(
            stored.keySet(),
            name -> {
              String tensor = Objects.requireNonNull(stored.get(name));
              INDArray array = tensors.readFloat(tensor);
              return tensor.contains(".attn_q.")
                  ? inHalves(array, heads)
                  : tensor.contains(".attn_k.") ? inHalves(array, groups) : array;
            });
    return LlamaGraph.of(config, weights, form);
  }

  private static String transformersName(String tensor) {
    Matcher block = BLOCK.matcher(tensor);
    if (block.matches() && MODULES.containsKey(block.group(2))) {
      return "model.layers."
          + block.group(1)
          + "."
          + MODULES.get(block.group(2))
          + "."
          + block.group(3);
    }
    return WEIGHTS.getOrDefault(tensor, tensor);
  }

  /** The first features of all pairs of a head, then the second ones. */
  private static INDArray inHalves(INDArray rows, long heads) {
    long in = rows.rank() == 2 ? rows.size(1) : 1;
    long pairs = rows.size(0) / heads / 2;
    return rows.reshape('c', heads, pairs, 2, in)
        .permute(0, 2, 1, 3)
        .dup('c')
        .reshape('c', rows.shape());
  }

  /** What transformers' config.json says of the same model. */
  private ObjectNode config() throws IOException {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("model_type", "llama");
    json.put("vocab_size", tensors.info("token_embd.weight").shape()[0]);
    json.put("hidden_size", metadata.integer("llama.embedding_length"));
    json.put("num_hidden_layers", metadata.integer("llama.block_count"));
    json.put("intermediate_size", metadata.integer("llama.feed_forward_length"));
    json.put("num_attention_heads", metadata.integer("llama.attention.head_count"));
    json.put("rms_norm_eps", metadata.real("llama.attention.layer_norm_rms_epsilon"));
    json.put("tie_word_embeddings", !tensors.contains("output.weight"));
    json.put("attention_bias", tensors.contains("blk.0.attn_q.bias"));
    putInteger(json, "num_key_value_heads", "llama.attention.head_count_kv");
    putInteger(json, "head_dim", "llama.attention.key_length");
    putInteger(json, "pad_token_id", "tokenizer.ggml.padding_token_id");
    ObjectNode rotary = json.putObject("rope_parameters");
    rotary.put("rope_theta", metadata.findReal("llama.rope.freq_base").orElse(10_000.0));
    String scaling = metadata.findString("llama.rope.scaling.type").orElse("none");
    rotary.put("rope_type", scaling.equals("none") ? "default" : scaling);
    rotary.put("factor", metadata.findReal("llama.rope.scaling.factor").orElse(1.0));
    return json;
  }

  private void putInteger(ObjectNode json, String key, String from) throws IOException {
    Long value = metadata.findInteger(from).orElse(null);
    if (value != null) {
      json.put(key, value);
    }
  }
}
