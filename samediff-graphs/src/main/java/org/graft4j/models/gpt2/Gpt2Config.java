/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.gpt2;

import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;

/**
 * The sizes of a GPT-2.
 *
 * @param vocabulary the number of tokens
 * @param hidden the number of features of a token
 * @param layers the number of layers
 * @param heads the number of heads
 * @param intermediate the number of features inside the feed-forward blocks
 * @param positions the greatest length
 * @param epsilon what norms add to the variance
 * @param activation the function of the feed-forward
 * @param rootScaled whether scores are divided by the root of a head's features
 * @param layerScaled whether scores are divided by the number of the layer, from 1
 * @param tied whether the head is the embedding
 */
public record Gpt2Config(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int intermediate,
    int positions,
    double epsilon,
    String activation,
    boolean rootScaled,
    boolean layerScaled,
    boolean tied) {

  /**
   * Reads the sizes.
   *
   * @param config the configuration of a model
   * @return the sizes
   * @throws ModelException if one is missing or wrong
   */
  public static Gpt2Config of(ModelConfig config) throws ModelException {
    if (config.flag("add_cross_attention", false)) {
      throw config.wrong("add_cross_attention", "is not supported");
    }
    int hidden = config.size("n_embd");
    int heads = config.size("n_head");
    config.requireDivides("n_head", heads, "n_embd", hidden);
    return new Gpt2Config(
        config.size("vocab_size"),
        hidden,
        config.size("n_layer"),
        heads,
        config.size("n_inner", 4 * hidden),
        config.size("n_positions", 1024),
        config.number("layer_norm_epsilon", 1e-5),
        config.text("activation_function", "gelu_new"),
        config.flag("scale_attn_weights", true),
        config.flag("scale_attn_by_inverse_layer_idx", false),
        config.flag("tie_word_embeddings", true));
  }

  /** What the scores of a layer are divided by. */
  double divisor(int layer) {
    double root = rootScaled ? Math.sqrt((double) hidden / heads) : 1;
    return layerScaled ? root * (layer + 1) : root;
  }
}
