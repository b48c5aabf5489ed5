/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.electra;

import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.bert.BertConfig;

/**
 * The sizes of an ELECTRA.
 *
 * @param encoder those it has in common with BERT
 * @param embedding the number of features of an embedding
 * @param activation the function inside the feed-forward blocks
 * @param tied whether the head of the generator is the embedding
 */
public record ElectraConfig(BertConfig encoder, int embedding, String activation, boolean tied) {

  /**
   * Reads the sizes.
   *
   * @param config the configuration of a model
   * @return the sizes
   * @throws ModelException if one is missing or wrong
   */
  public static ElectraConfig of(ModelConfig config) throws ModelException {
    return new ElectraConfig(
        BertConfig.of(config),
        config.size("embedding_size", 128),
        config.text("hidden_act", "gelu"),
        config.flag("tie_word_embeddings", true));
  }
}
