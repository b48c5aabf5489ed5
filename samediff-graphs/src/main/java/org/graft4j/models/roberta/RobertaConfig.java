/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.roberta;

import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.bert.BertConfig;

/**
 * The sizes of a RoBERTa.
 *
 * @param encoder those it has in common with BERT
 * @param activation the function inside the feed-forward blocks
 * @param tied whether the head is the embedding
 * @param padding the id of padding
 */
public record RobertaConfig(BertConfig encoder, String activation, boolean tied, int padding) {

  /**
   * Reads the sizes.
   *
   * @param config the configuration of a model
   * @return the sizes
   * @throws ModelException if one is missing or wrong
   */
  public static RobertaConfig of(ModelConfig config) throws ModelException {
    int padding = config.integer("pad_token_id", 1);
    if (padding < 0) {
      throw config.wrong("pad_token_id", "must not be negative");
    }
    return new RobertaConfig(
        BertConfig.of(config),
        config.text("hidden_act", "gelu"),
        config.flag("tie_word_embeddings", true),
        padding);
  }
}
