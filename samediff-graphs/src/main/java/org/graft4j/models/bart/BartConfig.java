/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.bart;

import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;

/**
 * The sizes of a BART.
 *
 * @param vocabulary the number of tokens
 * @param hidden the number of features of a token
 * @param maxPositions the greatest length
 * @param encoder the sizes of the encoder
 * @param decoder those of the decoder
 * @param activation the function inside the feed-forward blocks
 * @param scaled whether embeddings are multiplied by √hidden
 * @param normedBefore whether norms stand before what they norm, as in mBART
 * @param tied whether the head is the embedding
 * @param padding the id of padding
 * @param start the token with which a decoder starts
 * @param end the token with which texts end
 */
public record BartConfig(
    int vocabulary,
    int hidden,
    int maxPositions,
    Side encoder,
    Side decoder,
    String activation,
    boolean scaled,
    boolean normedBefore,
    boolean tied,
    int padding,
    int start,
    int end) {

  /**
   * The sizes of one side.
   *
   * @param layers the number of layers
   * @param heads the number of heads
   * @param intermediate the number of features inside the feed-forward blocks
   */
  public record Side(int layers, int heads, int intermediate) {}

  /**
   * Reads the sizes of a BART or an mBART.
   *
   * @param config the configuration of a model
   * @return the sizes
   * @throws ModelException if one is missing or wrong
   */
  public static BartConfig of(ModelConfig config) throws ModelException {
    int hidden = config.size("d_model");
    return new BartConfig(
        config.size("vocab_size"),
        hidden,
        config.size("max_position_embeddings", 1024),
        side(config, "encoder_", hidden),
        side(config, "decoder_", hidden),
        config.text("activation_function", "gelu"),
        config.flag("scale_embedding", false),
        config.text("model_type").equals("mbart"),
        config.flag("tie_word_embeddings", true),
        config.integer("pad_token_id", 1),
        config.integer("decoder_start_token_id", 2),
        config.integer("eos_token_id", 2));
  }

  private static Side side(ModelConfig config, String prefix, int hidden) throws ModelException {
    String heads = prefix + "attention_heads";
    config.requireDivides(heads, config.size(heads), "d_model", hidden);
    return new Side(
        config.size(prefix + "layers"), config.size(heads), config.size(prefix + "ffn_dim"));
  }
}
