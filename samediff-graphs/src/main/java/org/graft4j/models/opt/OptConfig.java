/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.opt;

import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;

/**
 * The sizes of an OPT.
 *
 * @param vocabulary the number of tokens
 * @param wordFeatures the number of features of a word's embedding
 * @param hidden the number of features of a token
 * @param layers the number of layers
 * @param heads the number of heads
 * @param intermediate the number of features inside the feed-forward blocks
 * @param positions the greatest length
 * @param activation the function of the feed-forward
 * @param normBefore whether norms stand in front of attention and feed-forward, or behind
 * @param finalNorm whether a norm stands behind the last layer
 * @param bias whether linear layers have a bias
 * @param tied whether the head is the embedding
 */
public record OptConfig(
    int vocabulary,
    int wordFeatures,
    int hidden,
    int layers,
    int heads,
    int intermediate,
    int positions,
    String activation,
    boolean normBefore,
    boolean finalNorm,
    boolean bias,
    boolean tied) {

  /**
   * Reads the sizes.
   *
   * @param config the configuration of a model
   * @return the sizes
   * @throws ModelException if one is missing or wrong
   */
  public static OptConfig of(ModelConfig config) throws ModelException {
    if (!config.flag("layer_norm_elementwise_affine", true)) {
      throw config.wrong("layer_norm_elementwise_affine", "is not supported; known is true");
    }
    int hidden = config.size("hidden_size");
    int heads = config.size("num_attention_heads");
    config.requireDivides("num_attention_heads", heads, "hidden_size", hidden);
    boolean before = config.flag("do_layer_norm_before", true);
    return new OptConfig(
        config.size("vocab_size"),
        config.size("word_embed_proj_dim", hidden),
        hidden,
        config.size("num_hidden_layers"),
        heads,
        config.size("ffn_dim"),
        config.size("max_position_embeddings", 2048),
        config.text("activation_function", "relu"),
        before,
        before && !config.flag("_remove_final_layer_norm", false),
        config.flag("enable_bias", true),
        config.flag("tie_word_embeddings", true));
  }
}
