/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.llama;

import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.RotaryFrequencies;

/**
 * The sizes of a LLaMA.
 *
 * @param vocabulary the number of tokens
 * @param hidden the number of features of a token
 * @param layers the number of layers
 * @param heads the number of heads of the queries
 * @param keyValueHeads the number of heads of keys and values
 * @param headFeatures the number of features of one head
 * @param intermediate the number of features inside the feed-forward blocks
 * @param epsilon what norms add to the mean square
 * @param activation the function of the gate
 * @param attentionBias whether the projections of the attention have a bias
 * @param feedForwardBias whether those of the feed-forward have one
 * @param tied whether the head is the embedding
 * @param rotary how the features turn
 * @param padding the id of padding, −1 when there is none
 */
public record LlamaConfig(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int keyValueHeads,
    int headFeatures,
    int intermediate,
    double epsilon,
    String activation,
    boolean attentionBias,
    boolean feedForwardBias,
    boolean tied,
    RotaryFrequencies rotary,
    int padding) {

  /**
   * Reads the sizes.
   *
   * @param config the configuration of a model
   * @return the sizes
   * @throws ModelException if one is missing or wrong
   */
  public static LlamaConfig of(ModelConfig config) throws ModelException {
    int hidden = config.size("hidden_size");
    int heads = config.size("num_attention_heads");
    int keyValueHeads = config.size("num_key_value_heads", heads);
    if (!config.has("head_dim")) {
      config.requireDivides("num_attention_heads", heads, "hidden_size", hidden);
    }
    config.requireDivides("num_key_value_heads", keyValueHeads, "num_attention_heads", heads);
    int features = config.size("head_dim", hidden / heads);
    return new LlamaConfig(
        config.size("vocab_size"),
        hidden,
        config.size("num_hidden_layers"),
        heads,
        keyValueHeads,
        features,
        config.size("intermediate_size"),
        config.number("rms_norm_eps", 1e-6),
        config.text("hidden_act", "silu"),
        config.flag("attention_bias", false),
        config.flag("mlp_bias", false),
        config.flag("tie_word_embeddings", false),
        RotaryFrequencies.of(config, features),
        config.integer("pad_token_id", -1));
  }
}
