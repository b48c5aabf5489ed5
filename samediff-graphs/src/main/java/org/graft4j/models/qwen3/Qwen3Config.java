/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.qwen3;

import org.graft4j.models.AttentionWindows;
import org.graft4j.models.DecoderSizes;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.RotaryFrequencies;

/**
 * The sizes of a Qwen3.
 *
 * @param sizes those that all such decoders have
 * @param rotary how the features turn
 * @param activation the function of the gate
 * @param attentionBias whether the projections of the attention have a bias
 * @param windows how many tokens each layer sees
 * @param tied whether the head is the embedding
 */
record Qwen3Config(
    DecoderSizes sizes,
    RotaryFrequencies rotary,
    String activation,
    boolean attentionBias,
    AttentionWindows windows,
    boolean tied) {

  static Qwen3Config of(ModelConfig config) throws ModelException {
    DecoderSizes sizes = DecoderSizes.of(config);
    int window = config.flag("use_sliding_window", false) ? config.size("sliding_window", 4096) : 0;
    int most = config.integer("max_window_layers", 28);
    return new Qwen3Config(
        sizes,
        RotaryFrequencies.of(config, sizes.headFeatures()),
        config.text("hidden_act", "silu"),
        config.flag("attention_bias", false),
        AttentionWindows.of(config, sizes.layers(), window, layer -> layer >= most),
        config.flag("tie_word_embeddings", false));
  }
}
