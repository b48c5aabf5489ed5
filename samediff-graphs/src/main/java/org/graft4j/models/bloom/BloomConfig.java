/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.bloom;

import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;

/**
 * The sizes of a BLOOM.
 *
 * @param vocabulary the number of tokens
 * @param hidden the number of features of a token
 * @param layers the number of layers
 * @param heads the number of heads
 * @param epsilon what norms add to the variance
 * @param normResidual whether what norms make is added to, and not what they read
 * @param tied whether the head is the embedding
 */
public record BloomConfig(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    double epsilon,
    boolean normResidual,
    boolean tied) {

  /**
   * Reads the sizes.
   *
   * @param config the configuration of a model
   * @return the sizes
   * @throws ModelException if one is missing or wrong
   */
  public static BloomConfig of(ModelConfig config) throws ModelException {
    String hiddenKey = config.present("hidden_size", "n_embed");
    String headKey = config.present("n_head", "num_attention_heads");
    int hidden = config.size(hiddenKey);
    int heads = config.size(headKey);
    config.requireDivides(headKey, heads, hiddenKey, hidden);
    return new BloomConfig(
        config.size("vocab_size"),
        hidden,
        config.size(config.present("n_layer", "num_hidden_layers")),
        heads,
        config.number("layer_norm_epsilon", 1e-5),
        config.flag("apply_residual_connection_post_layernorm", false),
        config.flag("tie_word_embeddings", true));
  }
}
