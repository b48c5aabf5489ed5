/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.qwen2;

import org.graft4j.models.AttentionWindows;
import org.graft4j.models.DecoderSizes;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.RotaryFrequencies;

/**
 * The sizes of a Qwen2.
 *
 * @param sizes those that all such decoders have
 * @param rotary how the features turn
 * @param activation the function of the gate
 * @param windows how many tokens each layer sees
 * @param tied whether the head is the embedding
 */
record Qwen2Config(
    DecoderSizes sizes,
    RotaryFrequencies rotary,
    String activation,
    AttentionWindows windows,
    boolean tied) {

  static Qwen2Config of(ModelConfig config) throws ModelException {
    DecoderSizes sizes = DecoderSizes.of(config);
    int window = config.flag("use_sliding_window", false) ? config.size("sliding_window", 4096) : 0;
    int most = config.integer("max_window_layers", 28);
    return new Qwen2Config(
        sizes,
        RotaryFrequencies.of(config, sizes.headFeatures()),
        config.text("hidden_act", "silu"),
        AttentionWindows.of(config, sizes.layers(), window, layer -> layer >= most),
        config.flag("tie_word_embeddings", false));
  }
}
