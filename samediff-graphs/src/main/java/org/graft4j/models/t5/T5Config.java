/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.t5;

import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;

/**
 * The sizes of a T5.
 *
 * @param vocabulary the number of tokens
 * @param hidden the number of features of a token
 * @param headFeatures the number of features of one head
 * @param heads the number of heads
 * @param intermediate the number of features inside the feed-forward blocks
 * @param layers the number of layers of the encoder
 * @param decoderLayers the number of layers of the decoder
 * @param buckets the number of buckets of distances
 * @param reach the distance from which all are in the last bucket
 * @param epsilon what norms add to the mean square
 * @param activation the function inside the feed-forward blocks
 * @param gated whether it gates a second layer
 * @param scaled whether the hidden states before the head are divided by √hidden
 * @param start the token with which a decoder starts
 * @param end the token with which texts end
 */
public record T5Config(
    int vocabulary,
    int hidden,
    int headFeatures,
    int heads,
    int intermediate,
    int layers,
    int decoderLayers,
    int buckets,
    int reach,
    double epsilon,
    String activation,
    boolean gated,
    boolean scaled,
    int start,
    int end) {
  private static final String GATED = "gated-";

  /**
   * Reads the sizes of a T5, or of an mT5, whose hidden states are not scaled.
   *
   * @param config the configuration of a model
   * @return the sizes
   * @throws ModelException if one is missing or wrong
   */
  public static T5Config of(ModelConfig config) throws ModelException {
    boolean multilingual = config.text("model_type").equals("mt5");
    String inner = config.text("feed_forward_proj", multilingual ? "gated-gelu" : "relu");
    boolean gated = inner.startsWith(GATED);
    String function = gated ? inner.substring(GATED.length()) : inner;
    if (function.contains("-")) {
      throw config.wrong("feed_forward_proj", "must be an activation, or 'gated-' and one");
    }
    int buckets = config.size("relative_attention_num_buckets", 32);
    int reach = config.size("relative_attention_max_distance", 128);
    if (buckets < 4 || buckets % 2 != 0) {
      throw config.wrong("relative_attention_num_buckets", "must be even and at least 4");
    }
    if (reach <= buckets / 2) {
      throw config.wrong(
          "relative_attention_max_distance",
          "must be more than half of 'relative_attention_num_buckets' " + buckets);
    }
    int layers = config.size("num_layers");
    return new T5Config(
        config.size("vocab_size"),
        config.size("d_model"),
        config.size("d_kv"),
        config.size("num_heads"),
        config.size("d_ff"),
        layers,
        config.size("num_decoder_layers", layers),
        buckets,
        reach,
        config.number("layer_norm_epsilon", 1e-6),
        gated && function.equals("gelu") ? "gelu_new" : function,
        gated,
        !multilingual
            && config.flag("scale_decoder_outputs", config.flag("tie_word_embeddings", true)),
        config.integer("decoder_start_token_id", config.integer("pad_token_id", 0)),
        config.integer("eos_token_id", 1));
  }
}
