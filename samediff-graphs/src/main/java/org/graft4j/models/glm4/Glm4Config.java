/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.glm4;

import org.graft4j.models.DecoderSizes;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.RotaryFrequencies;

/**
 * The sizes of a GLM-4 of 2025.
 *
 * @param sizes those that all such decoders have
 * @param rotary how the features turn
 * @param activation the function of the gate
 * @param attentionBias whether the projections of queries, keys and values have a bias
 * @param tied whether the head is the embedding
 */
record Glm4Config(
    DecoderSizes sizes,
    RotaryFrequencies rotary,
    String activation,
    boolean attentionBias,
    boolean tied) {

  static Glm4Config of(ModelConfig config) throws ModelException {
    DecoderSizes sizes = DecoderSizes.of(config);
    return new Glm4Config(
        sizes,
        RotaryFrequencies.partial(config, sizes.headFeatures(), 0.5),
        config.text("hidden_act", "silu"),
        config.flag("attention_bias", true),
        config.flag("tie_word_embeddings", false));
  }
}
