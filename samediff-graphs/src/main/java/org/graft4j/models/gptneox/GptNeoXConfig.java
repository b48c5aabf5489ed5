/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.gptneox;

import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.RotaryFrequencies;

/**
 * The sizes of a GPT-NeoX.
 *
 * @param vocabulary the number of tokens
 * @param hidden the number of features of a token
 * @param layers the number of layers
 * @param heads the number of heads
 * @param intermediate the number of features inside the feed-forward blocks
 * @param epsilon what norms add to the variance
 * @param activation the function of the feed-forward
 * @param parallel whether attention and feed-forward read the same
 * @param attentionBias whether the layers of the attention have a bias
 * @param rotary how the first features of each head turn
 * @param tied whether the head is the embedding
 */
public record GptNeoXConfig(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int intermediate,
    double epsilon,
    String activation,
    boolean parallel,
    boolean attentionBias,
    RotaryFrequencies rotary,
    boolean tied) {

  /**
   * Reads the sizes.
   *
   * @param config the configuration of a model
   * @return the sizes
   * @throws ModelException if one is missing or wrong
   */
  public static GptNeoXConfig of(ModelConfig config) throws ModelException {
    int hidden = config.size("hidden_size");
    int heads = config.size("num_attention_heads");
    config.requireDivides("num_attention_heads", heads, "hidden_size", hidden);
    return new GptNeoXConfig(
        config.size("vocab_size"),
        hidden,
        config.size("num_hidden_layers"),
        heads,
        config.size("intermediate_size"),
        config.number("layer_norm_eps", 1e-5),
        config.text("hidden_act", "gelu"),
        config.flag("use_parallel_residual", true),
        config.flag("attention_bias", true),
        RotaryFrequencies.of(config, rotated(config, hidden / heads)),
        config.flag("tie_word_embeddings", false));
  }

  private static int rotated(ModelConfig config, int features) throws ModelException {
    ModelConfig parameters = config.object("rope_parameters");
    boolean older = parameters == null || !parameters.has("partial_rotary_factor");
    ModelConfig where = parameters == null || older ? config : parameters;
    String key = older ? "rotary_pct" : "partial_rotary_factor";
    double share = where.number(key, 0.25);
    int rotated = (int) (features * share);
    if (rotated < 2 || rotated % 2 != 0 || rotated > features) {
      throw where.wrong(
          key, "must rotate an even part of a head's " + features + " features", share);
    }
    return rotated;
  }
}
