/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.llama;

import org.graft4j.models.DecoderSizes;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.RotaryFrequencies;

/**
 * The sizes of a LLaMA.
 *
 * @param sizes those that all such decoders have
 * @param rotary how the features turn
 * @param activation the function of the gate
 * @param attentionBias whether the projections of the attention have a bias
 * @param feedForwardBias whether those of the feed-forward have one
 * @param tied whether the head is the embedding
 */
record LlamaConfig(
    DecoderSizes sizes,
    RotaryFrequencies rotary,
    String activation,
    boolean attentionBias,
    boolean feedForwardBias,
    boolean tied) {

  static LlamaConfig of(ModelConfig config) throws ModelException {
    DecoderSizes sizes = DecoderSizes.of(config);
    return new LlamaConfig(
        sizes,
        RotaryFrequencies.of(config, sizes.headFeatures()),
        config.text("hidden_act", "silu"),
        config.flag("attention_bias", false),
        config.flag("mlp_bias", false),
        config.flag("tie_word_embeddings", false));
  }
}
