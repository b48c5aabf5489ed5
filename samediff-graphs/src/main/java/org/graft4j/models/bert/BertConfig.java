/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.bert;

import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;

/**
 * The sizes of a BERT encoder, called as in transformers' {@code config.json}.
 *
 * @param vocabularySize the number of tokens
 * @param hiddenSize the number of features of a token
 * @param layers the number of layers
 * @param heads the number of attention heads; divides {@code hiddenSize}
 * @param intermediateSize the number of features inside the feed-forward blocks
 * @param maxPositions the greatest length
 * @param tokenTypes the number of token types
 * @param layerNormEpsilon what layer norms add to the variance
 */
public record BertConfig(
    int vocabularySize,
    int hiddenSize,
    int layers,
    int heads,
    int intermediateSize,
    int maxPositions,
    int tokenTypes,
    double layerNormEpsilon) {

  /**
   * Checks the sizes.
   *
   * @param vocabularySize the number of tokens
   * @param hiddenSize the number of features of a token
   * @param layers the number of layers
   * @param heads the number of attention heads
   * @param intermediateSize the number of features inside the feed-forward blocks
   * @param maxPositions the greatest length
   * @param tokenTypes the number of token types
   * @param layerNormEpsilon what layer norms add to the variance
   * @throws IllegalArgumentException if a size is not positive, or the heads do not divide the
   *     hidden size
   */
  public BertConfig {
    positive("vocabularySize", vocabularySize);
    positive("hiddenSize", hiddenSize);
    positive("layers", layers);
    positive("heads", heads);
    positive("intermediateSize", intermediateSize);
    positive("maxPositions", maxPositions);
    positive("tokenTypes", tokenTypes);
    if (hiddenSize % heads != 0) {
      throw new IllegalArgumentException(
          "heads must divide hiddenSize " + hiddenSize + ": " + heads);
    }
    if (!(layerNormEpsilon > 0)) {
      throw new IllegalArgumentException("layerNormEpsilon must be positive: " + layerNormEpsilon);
    }
  }

  /**
   * Reads the sizes.
   *
   * @param config the configuration of a model
   * @return the sizes
   * @throws ModelException if one is missing or wrong
   */
  public static BertConfig of(ModelConfig config) throws ModelException {
    if (!config.text("position_embedding_type", "absolute").equals("absolute")) {
      throw config.wrong("position_embedding_type", "is not supported; known is absolute");
    }
    int hidden = config.size("hidden_size");
    int heads = config.size("num_attention_heads");
    config.requireDivides("num_attention_heads", heads, "hidden_size", hidden);
    return new BertConfig(
        config.size("vocab_size"),
        hidden,
        config.size("num_hidden_layers"),
        heads,
        config.size("intermediate_size"),
        config.size("max_position_embeddings", 512),
        config.size("type_vocab_size", 2),
        config.number("layer_norm_eps", 1e-12));
  }

  private static void positive(String name, int size) {
    if (size <= 0) {
      throw new IllegalArgumentException(name + " must be positive: " + size);
    }
  }

  /**
   * Returns the sizes of all-MiniLM-L6-v2.
   *
   * @return six layers of 384 features
   */
  public static BertConfig miniLm() {
    return builder().layers(6).hiddenSize(384).intermediateSize(1536).build();
  }

  /**
   * Returns a builder that starts with the sizes of BERT-base.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects sizes. */
  public static final class Builder {
    private int vocabularySize = 30522;
    private int hiddenSize = 768;
    private int layers = 12;
    private int heads = 12;
    private int intermediateSize = 3072;
    private int maxPositions = 512;
    private int tokenTypes = 2;
    private double layerNormEpsilon = 1e-12;

    private Builder() {}

    /**
     * Sets the number of tokens.
     *
     * @param size the number
     * @return this
     */
    public Builder vocabularySize(int size) {
      vocabularySize = size;
      return this;
    }

    /**
     * Sets the number of features of a token.
     *
     * @param size the number
     * @return this
     */
    public Builder hiddenSize(int size) {
      hiddenSize = size;
      return this;
    }

    /**
     * Sets the number of layers.
     *
     * @param number the number
     * @return this
     */
    public Builder layers(int number) {
      layers = number;
      return this;
    }

    /**
     * Sets the number of attention heads.
     *
     * @param number the number
     * @return this
     */
    public Builder heads(int number) {
      heads = number;
      return this;
    }

    /**
     * Sets the number of features inside the feed-forward blocks.
     *
     * @param size the number
     * @return this
     */
    public Builder intermediateSize(int size) {
      intermediateSize = size;
      return this;
    }

    /**
     * Sets the greatest length.
     *
     * @param number the number of positions
     * @return this
     */
    public Builder maxPositions(int number) {
      maxPositions = number;
      return this;
    }

    /**
     * Sets the number of token types.
     *
     * @param number the number
     * @return this
     */
    public Builder tokenTypes(int number) {
      tokenTypes = number;
      return this;
    }

    /**
     * Sets what layer norms add to the variance.
     *
     * @param epsilon the number
     * @return this
     */
    public Builder layerNormEpsilon(double epsilon) {
      layerNormEpsilon = epsilon;
      return this;
    }

    /**
     * Returns the sizes.
     *
     * @return the configuration
     * @throws IllegalArgumentException as the constructor
     */
    public BertConfig build() {
      return new BertConfig(
          vocabularySize,
          hiddenSize,
          layers,
          heads,
          intermediateSize,
          maxPositions,
          tokenTypes,
          layerNormEpsilon);
    }
  }
}
