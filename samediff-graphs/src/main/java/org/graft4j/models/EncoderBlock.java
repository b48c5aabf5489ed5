/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Writes the layers of BERT and its relatives: an attention and a feed-forward, each added to its
 * input and normed.
 *
 * <p>Devlin and others, BERT, arXiv:1810.04805.
 */
public final class EncoderBlock {
  private final Blocks blocks;
  private final AttentionBlock attention;
  private final Names names;
  private final int hidden;
  private final int wide;
  private final double epsilon;
  private final String function;

  /**
   * What a family calls the modules of a layer, from the layer on.
   *
   * @param query the projection of the queries
   * @param key that of the keys
   * @param value that of the values
   * @param attended that of the context
   * @param attentionNorm the norm behind the attention
   * @param up the layer into the feed-forward
   * @param activation its activation
   * @param down the layer out of it
   * @param norm the norm behind it
   */
  public record Names(
      String query,
      String key,
      String value,
      String attended,
      String attentionNorm,
      String up,
      String activation,
      String down,
      String norm) {}

  /**
   * Describes a layer.
   *
   * @param blocks the blocks of the graph
   * @param names what its modules are called
   * @param hidden the number of features of a token
   * @param heads the number of attention heads; divides {@code hidden}
   * @param intermediate the number of features inside the feed-forward
   * @param epsilon what norms add to the variance
   * @param function the activation, as {@link Blocks#activation} calls it
   */
  public EncoderBlock(
      Blocks blocks,
      Names names,
      int hidden,
      int heads,
      int intermediate,
      double epsilon,
      String function) {
    this.blocks = blocks;
    this.attention = new AttentionBlock(blocks, heads, heads, hidden / heads);
    this.names = names;
    this.hidden = hidden;
    this.wide = intermediate;
    this.epsilon = epsilon;
    this.function = function;
  }

  /**
   * Writes layers, one after the other.
   *
   * @param path the module path of all, such as {@code encoder.layer}
   * @param count how many there are
   * @param x the input, {@code [batch, length, hidden]}
   * @param mask what is added to the scores
   * @return the output, shaped as the input
   */
  public SDVariable layers(String path, int count, SDVariable x, SDVariable mask) {
    SDVariable y = x;
    for (int i = 0; i < count; i++) {
      y = layer(path + "." + i, y, mask);
    }
    return y;
  }

  private SDVariable layer(String path, SDVariable x, SDVariable mask) {
    SDVariable context =
        attention.write(
            parent(path + names.query()),
            blocks.linear(path + names.query(), x, hidden, hidden),
            blocks.linear(path + names.key(), x, hidden, hidden),
            blocks.linear(path + names.value(), x, hidden, hidden),
            mask);
    SDVariable attended = blocks.linear(path + names.attended(), context, hidden, hidden);
    SDVariable y = norm(path + names.attentionNorm(), attended, x);
    SDVariable up = blocks.linear(path + names.up(), y, hidden, wide);
    SDVariable active = blocks.activation(path + names.activation(), function, up);
    SDVariable down = blocks.linear(path + names.down(), active, wide, hidden);
    return norm(path + names.norm(), down, y);
  }

  private SDVariable norm(String path, SDVariable x, SDVariable residual) {
    return blocks.layerNorm(path, blocks.sum(parent(path), x, residual), hidden, epsilon);
  }

  private static String parent(String path) {
    return path.substring(0, path.lastIndexOf('.'));
  }

  /**
   * Writes what stands before the vocabulary in a masked language model: a linear layer, an
   * activation and a norm.
   *
   * @param dense the module path of the layer
   * @param activation that of the activation
   * @param act the activation, as {@link Blocks#activation} calls it
   * @param norm the module path of the norm
   * @param x the hidden states, {@code [batch, length, hidden]}
   * @param features the number of features behind it
   * @return {@code [batch, length, features]}
   */
  public SDVariable transform(
      String dense, String activation, String act, String norm, SDVariable x, int features) {
    SDVariable y = blocks.linear(dense, x, hidden, features);
    return blocks.layerNorm(norm, blocks.activation(activation, act, y), features, epsilon);
  }
}
