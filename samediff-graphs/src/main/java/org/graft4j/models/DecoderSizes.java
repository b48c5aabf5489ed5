/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

/**
 * The sizes that all causal decoders with rotary positions have.
 *
 * @param vocabulary the number of tokens
 * @param hidden the number of features of a token
 * @param layers the number of layers
 * @param heads the number of heads of the queries
 * @param keyValueHeads the number of heads of keys and values
 * @param headFeatures the number of features of one head
 * @param intermediate the number of features inside the feed-forward blocks
 * @param epsilon what norms add to the mean square
 */
public record DecoderSizes(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int keyValueHeads,
    int headFeatures,
    int intermediate,
    double epsilon) {

  /**
   * Reads the sizes.
   *
   * @param config the configuration of a model
   * @return the sizes
   * @throws ModelException if one is missing or wrong
   */
  public static DecoderSizes of(ModelConfig config) throws ModelException {
    int hidden = config.size("hidden_size");
    int heads = config.size("num_attention_heads");
    int keyValueHeads = config.size("num_key_value_heads", heads);
    if (!config.has("head_dim")) {
      config.requireDivides("num_attention_heads", heads, "hidden_size", hidden);
    }
    config.requireDivides("num_key_value_heads", keyValueHeads, "num_attention_heads", heads);
    return new DecoderSizes(
        config.size("vocab_size"),
        hidden,
        config.size("num_hidden_layers"),
        heads,
        keyValueHeads,
        config.size("head_dim", hidden / heads),
        config.size("intermediate_size"),
        config.number("rms_norm_eps", 1e-6));
  }
}
