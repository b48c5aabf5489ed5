/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.gemma2;

import org.graft4j.models.AttentionWindows;
import org.graft4j.models.DecoderSizes;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.RotaryFrequencies;

/**
 * The sizes of a Gemma 2.
 *
 * @param sizes those that all such decoders have
 * @param rotary how the features turn
 * @param activation the function of the gate
 * @param attentionBias whether the projections of the attention have a bias
 * @param windows how many tokens each layer sees
 * @param divisor what scores are divided by
 * @param scoreCap the cap of scores; 0 for none
 * @param logitCap the cap of logits; 0 for none
 * @param tied whether the head is the embedding
 */
record Gemma2Config(
    DecoderSizes sizes,
    RotaryFrequencies rotary,
    String activation,
    boolean attentionBias,
    AttentionWindows windows,
    double divisor,
    double scoreCap,
    double logitCap,
    boolean tied) {

  static Gemma2Config of(ModelConfig config) throws ModelException {
    if (config.flag("use_bidirectional_attention", false)) {
      throw config.wrong("use_bidirectional_attention", "is not supported");
    }
    DecoderSizes sizes = DecoderSizes.of(config);
    int window = config.size("sliding_window", 4096);
    return new Gemma2Config(
        sizes,
        RotaryFrequencies.of(config, sizes.headFeatures()),
        config.text("hidden_activation", "gelu_pytorch_tanh"),
        config.flag("attention_bias", false),
        AttentionWindows.of(config, sizes.layers(), window, layer -> layer % 2 == 0),
        Math.sqrt((double) config.size("query_pre_attn_scalar", 256)),
        config.number("attn_logit_softcapping", 0),
        config.number("final_logit_softcapping", 0),
        config.flag("tie_word_embeddings", true));
  }
}
