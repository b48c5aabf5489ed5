/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.gemma;

import org.graft4j.models.DecoderSizes;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.RotaryFrequencies;

/**
 * The sizes of a Gemma.
 *
 * @param sizes those that all such decoders have
 * @param rotary how the features turn
 * @param activation the function of the gate
 * @param attentionBias whether the projections of the attention have a bias
 * @param tied whether the head is the embedding
 */
record GemmaConfig(
    DecoderSizes sizes,
    RotaryFrequencies rotary,
    String activation,
    boolean attentionBias,
    boolean tied) {

  static GemmaConfig of(ModelConfig config) throws ModelException {
    if (config.flag("use_bidirectional_attention", false)) {
      throw config.wrong("use_bidirectional_attention", "is not supported");
    }
    String named = config.text("hidden_act", "gelu_pytorch_tanh");
    // the first files say gelu and mean its approximation
    String activation = named.equals("gelu") ? "gelu_pytorch_tanh" : named;
    DecoderSizes sizes = DecoderSizes.of(config);
    return new GemmaConfig(
        sizes,
        RotaryFrequencies.of(config, sizes.headFeatures()),
        activation,
        config.flag("attention_bias", false),
        config.flag("tie_word_embeddings", true));
  }
}
