/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.phi3;

import org.graft4j.models.AttentionWindows;
import org.graft4j.models.DecoderSizes;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.RotaryFrequencies;

/**
 * The sizes of a Phi-3.
 *
 * @param sizes those that all such decoders have
 * @param rotary how the features turn
 * @param activation the function of the gate
 * @param windows how many tokens each layer sees
 * @param tied whether the head is the embedding
 */
record Phi3Config(
    DecoderSizes sizes,
    RotaryFrequencies rotary,
    String activation,
    AttentionWindows windows,
    boolean tied) {

  static Phi3Config of(ModelConfig config) throws ModelException {
    DecoderSizes sizes = DecoderSizes.of(config);
    return new Phi3Config(
        sizes,
        RotaryFrequencies.partial(config, sizes.headFeatures(), 1),
        config.text("hidden_act", "silu"),
        AttentionWindows.same(sizes.layers(), config.size("sliding_window", 0)),
        config.flag("tie_word_embeddings", false));
  }
}
