/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.gptj;

import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.RotaryFrequencies;

/**
 * The sizes of a GPT-J.
 *
 * @param vocabulary the number of tokens
 * @param hidden the number of features of a token
 * @param layers the number of layers
 * @param heads the number of heads
 * @param intermediate the number of features inside the feed-forward blocks
 * @param epsilon what norms add to the variance
 * @param activation the function of the feed-forward
 * @param rotary how the first features of each head turn
 * @param tied whether the head is the embedding
 */
public record GptJConfig(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int intermediate,
    double epsilon,
    String activation,
    RotaryFrequencies rotary,
    boolean tied) {

  /**
   * Reads the sizes.
   *
   * @param config the configuration of a model
   * @return the sizes
   * @throws ModelException if one is missing or wrong
   */
  public static GptJConfig of(ModelConfig config) throws ModelException {
    int hidden = config.size("n_embd");
    int heads = config.size("n_head");
    config.requireDivides("n_head", heads, "n_embd", hidden);
    int rotated = config.size("rotary_dim", 64);
    if (rotated % 2 != 0 || rotated > hidden / heads) {
      throw config.wrong("rotary_dim", "must be even and at most " + hidden / heads, rotated);
    }
    return new GptJConfig(
        config.size("vocab_size"),
        hidden,
        config.size("n_layer"),
        heads,
        config.size("n_inner", 4 * hidden),
        config.number("layer_norm_epsilon", 1e-5),
        config.text("activation_function", "gelu_new"),
        RotaryFrequencies.of(config, rotated),
        config.flag("tie_word_embeddings", false));
  }
}
