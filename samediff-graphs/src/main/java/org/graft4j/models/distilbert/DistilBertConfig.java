/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.distilbert;

import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;

/**
 * The sizes of a DistilBERT.
 *
 * @param vocabulary the number of tokens
 * @param hidden the number of features of a token
 * @param layers the number of layers
 * @param heads the number of attention heads
 * @param intermediate the number of features inside the feed-forward blocks
 * @param maxPositions the greatest length
 * @param activation the function inside the feed-forward blocks
 * @param tied whether the head is the embedding
 */
public record DistilBertConfig(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int intermediate,
    int maxPositions,
    String activation,
    boolean tied) {

  /**
   * Reads the sizes.
   *
   * @param config the configuration of a model
   * @return the sizes
   * @throws ModelException if one is missing or wrong
   */
  public static DistilBertConfig of(ModelConfig config) throws ModelException {
    int hidden = config.size("dim");
    int heads = config.size("n_heads");
    config.requireDivides("n_heads", heads, "dim", hidden);
    return new DistilBertConfig(
        config.size("vocab_size"),
        hidden,
        config.size("n_layers"),
        heads,
        config.size("hidden_dim"),
        config.size("max_position_embeddings", 512),
        config.text("activation", "gelu"),
        config.flag("tie_word_embeddings", true));
  }
}
