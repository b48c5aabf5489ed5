/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.openaigpt;

import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;

/**
 * The sizes of a GPT.
 *
 * @param vocabulary the number of tokens
 * @param hidden the number of features of a token
 * @param layers the number of layers
 * @param heads the number of heads
 * @param positions the greatest length
 * @param epsilon what norms add to the variance
 * @param activation the function of the feed-forward
 * @param tied whether the head is the embedding
 */
public record OpenAiGptConfig(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int positions,
    double epsilon,
    String activation,
    boolean tied) {

  /**
   * Reads the sizes.
   *
   * @param config the configuration of a model
   * @return the sizes
   * @throws ModelException if one is missing or wrong
   */
  public static OpenAiGptConfig of(ModelConfig config) throws ModelException {
    int hidden = config.size("n_embd");
    int heads = config.size("n_head");
    config.requireDivides("n_head", heads, "n_embd", hidden);
    String function = config.text("afn", "gelu");
    return new OpenAiGptConfig(
        config.size("vocab_size"),
        hidden,
        config.size("n_layer"),
        heads,
        config.size("n_positions", 512),
        config.number("layer_norm_epsilon", 1e-5),
        function.equals("gelu") ? "gelu_new" : function,
        config.flag("tie_word_embeddings", true));
  }
}
