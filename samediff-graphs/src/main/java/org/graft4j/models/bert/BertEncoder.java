/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.bert;

import org.graft4j.models.Blocks;
import org.graft4j.models.EncoderBlock;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;

/** Writes what BERT, RoBERTa and ELECTRA share: embeddings with a norm, and layers. */
public final class BertEncoder {
  private static final EncoderBlock.Names NAMES =
      new EncoderBlock.Names(
          ".attention.self.query",
          ".attention.self.key",
          ".attention.self.value",
          ".attention.output.dense",
          ".attention.output.LayerNorm",
          ".intermediate.dense",
          ".intermediate.intermediate_act_fn",
          ".output.dense",
          ".output.LayerNorm");

  private final BertConfig config;
  private final Blocks blocks;
  private final EncoderBlock block;

  /**
   * Describes an encoder.
   *
   * @param config its sizes
   * @param blocks the blocks of the graph
   * @param function the activation, as {@link Blocks#activation} calls it
   */
  public BertEncoder(BertConfig config, Blocks blocks, String function) {
    this.config = config;
    this.blocks = blocks;
    this.block =
        new EncoderBlock(
            blocks,
            NAMES,
            config.hiddenSize(),
            config.heads(),
            config.intermediateSize(),
            config.layerNormEpsilon(),
            function);
  }

  /**
   * Writes the sum of the embeddings of words, types and positions, normed.
   *
   * @param path the module path
   * @param ids the token ids, INT64 {@code [batch, length]}
   * @param types the token types, INT64 {@code [batch, length]}; null where there is one type only
   * @param positions the positions, INT64 {@code [batch, length]} or {@code [1, length]}
   * @param features the number of features
   * @return {@code [batch, length, features]}
   */
  public SDVariable embeddings(
      String path, SDVariable ids, @Nullable SDVariable types, SDVariable positions, int features) {
    SDVariable words =
        blocks.embedding(path + ".word_embeddings", ids, config.vocabularySize(), features);
    String kind = path + ".token_type_embeddings";
    SDVariable kinds =
        types == null
            ? blocks.weight(kind + ".weight", config.tokenTypes(), features)
            : blocks.embedding(kind, types, config.tokenTypes(), features);
    SDVariable places =
        blocks.embedding(path + ".position_embeddings", positions, config.maxPositions(), features);
    SDVariable sum = blocks.sum(path, blocks.sum(path, words, kinds), places);
    return blocks.layerNorm(path + ".LayerNorm", sum, features, config.layerNormEpsilon());
  }

  /**
   * Writes the layers.
   *
   * @param path the module path of all
   * @param x the input, {@code [batch, length, hidden]}
   * @param mask what is added to the scores
   * @return the output, shaped as the input
   */
  public SDVariable layers(String path, SDVariable x, SDVariable mask) {
    return block.layers(path, config.layers(), x, mask);
  }

  /**
   * Writes what stands before the vocabulary, as {@link EncoderBlock#transform}.
   *
   * @param dense the module path of the layer
   * @param activation that of the activation
   * @param act the activation
   * @param norm the module path of the norm
   * @param x the hidden states, {@code [batch, length, hidden]}
   * @param features the number of features behind it
   * @return {@code [batch, length, features]}
   */
  public SDVariable transform(
      String dense, String activation, String act, String norm, SDVariable x, int features) {
    return block.transform(dense, activation, act, norm, x, features);
  }
}
