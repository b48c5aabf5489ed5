/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Writes linear layers that are kept otherwise: transposed, or several in one. */
public final class Projections {
  private static final int FEATURES = 2;

  private final Blocks blocks;
  private final SameDiff graph;

  /**
   * Starts to write into a graph.
   *
   * @param blocks the blocks of the graph
   */
  public Projections(Blocks blocks) {
    this.blocks = blocks;
    this.graph = blocks.graph();
  }

  /**
   * Writes a linear layer as GPT-2 keeps it, with the weight {@code path.weight}, {@code [in,
   * out]}, and the bias {@code path.bias}.
   *
   * @param path the module path
   * @param x the input, {@code [batch, length, in]}
   * @param in the number of input features
   * @param out the number of output features
   * @return the output, {@code [batch, length, out]}
   */
  public SDVariable linearInOut(String path, SDVariable x, long in, long out) {
    SDVariable weight = blocks.weight(path + ".weight", in, out);
    SDVariable bias = blocks.weight(path + ".bias", out);
    SDVariable shape = blocks.shape(out);
    return blocks.named(
        path,
        () -> {
          SDVariable flat = graph.reshape(x, -1, in);
          return graph.reshape(flat.mmul(weight), shape).add(bias);
        });
  }

  /**
   * Splits what a fused layer makes, where its parts stand one behind the other.
   *
   * @param path the module path of the layer
   * @param x its output, {@code [batch, length, features]}
   * @param parts how many parts there are
   * @return the parts, {@code [batch, length, features / parts]}
   */
  public SDVariable[] split(String path, SDVariable x, int parts) {
    return split(path, x, parts, FEATURES);
  }

  /**
   * Splits what a fused layer makes, where its features are groups of equal size, such as heads,
   * and each group holds something of each part.
   *
   * @param path the module path of the layer
   * @param x its output, {@code [batch, length, features]}
   * @param features the number of features
   * @param groups how many groups there are
   * @param parts how many parts there are
   * @return the parts, {@code [batch, length, groups, features / groups / parts]}
   */
  public SDVariable[] split(String path, SDVariable x, int features, int groups, int parts) {
    SDVariable shape = blocks.shape(groups, features / groups);
    SDVariable grouped = blocks.named(path, () -> graph.reshape(x, shape));
    return split(path, grouped, parts, FEATURES + 1);
  }

  /**
   * Cuts what a fused layer makes into parts of different sizes.
   *
   * @param path the module path of the layer
   * @param x its output, {@code [batch, length, features]}
   * @param sizes the number of features of each part
   * @return the parts, {@code [batch, length, size]}
   */
  public SDVariable[] cut(String path, SDVariable x, int... sizes) {
    SDVariable[] parts = new SDVariable[sizes.length];
    int at = 0;
    for (int i = 0; i < sizes.length; i++) {
      long[] begin = {0, 0, at};
      at += sizes[i];
      long[] end = {0, 0, at};
      parts[i] =
          blocks.named(
              path, () -> graph.stridedSlice(x, begin, end, new long[] {1, 1, 1}, 3, 3, 0, 0, 0));
    }
    return parts;
  }

  @SuppressWarnings("try") // a name scope acts by being open
  private SDVariable[] split(String path, SDVariable x, int parts, int axis) {
    try (var ignored = graph.withNameScope(path)) {
      return graph.split(x, parts, axis);
    }
  }
}
