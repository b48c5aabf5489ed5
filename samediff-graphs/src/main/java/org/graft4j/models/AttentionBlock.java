/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import org.graft4j.models.Tokens.Rotation;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writes an attention, from projected queries, keys and values.
 *
 * <p>The values {@code <path>/keys} and {@code <path>/values}, {@code [batch, key value heads,
 * length, features]}, are what a cache keeps.
 */
public final class AttentionBlock {
  private final Blocks blocks;
  private final SameDiff graph;
  private final int heads;
  private final int keyValueHeads;
  private final int features;
  private final double scale;
  private @Nullable Rotation rotation;

  /**
   * Describes an attention whose scores are divided by the root of a head's features.
   *
   * @param blocks the blocks of the graph
   * @param heads the number of heads of the queries
   * @param keyValueHeads the number of heads of keys and values; divides {@code heads}
   * @param features the number of features of one head
   */
  public AttentionBlock(Blocks blocks, int heads, int keyValueHeads, int features) {
    this.blocks = blocks;
    this.graph = blocks.graph();
    this.heads = heads;
    this.keyValueHeads = keyValueHeads;
    this.features = features;
    this.scale = Math.sqrt((double) features);
  }

  /**
   * Rotates queries and keys by their positions.
   *
   * @param by the rotation
   * @return this
   */
  public AttentionBlock rotated(Rotation by) {
    this.rotation = by;
    return this;
  }

  /**
   * Writes the attention.
   *
   * @param path the module path
   * @param query {@code [batch, length, heads · features]}
   * @param key {@code [batch, length, key value heads · features]}
   * @param value as the keys
   * @param mask what is added to the scores
   * @return the context, {@code [batch, length, heads · features]}
   */
  public SDVariable write(
      String path, SDVariable query, SDVariable key, SDVariable value, SDVariable mask) {
    SDVariable q = turned(path, split(path, query, heads));
    SDVariable k = blocks.mark(path + "/keys", turned(path, split(path, key, keyValueHeads)));
    SDVariable v = blocks.mark(path + "/values", split(path, value, keyValueHeads));
    SDVariable root = blocks.scalar(scale);
    SDVariable merged = blocks.shape((long) heads * features);
    SDVariable allKeys = repeated(path, k);
    SDVariable allValues = repeated(path, v);
    return blocks.named(
        path,
        () -> {
          SDVariable scores = graph.mmul(q, allKeys, false, true, false).div(root).add(mask);
          SDVariable context = graph.nn().softmax(scores, 3).mmul(allValues);
          return graph.reshape(graph.permute(context, 0, 2, 1, 3), merged);
        });
  }

  private SDVariable split(String path, SDVariable x, int count) {
    SDVariable shape = blocks.shape(count, features);
    return blocks.named(path, () -> graph.permute(graph.reshape(x, shape), 0, 2, 1, 3));
  }

  /** x cos + (−second half, first half) sin. */
  private SDVariable turned(String path, SDVariable x) {
    Rotation by = rotation;
    if (by == null) {
      return x;
    }
    return blocks.named(
        path,
        () -> {
          SDVariable[] halves = graph.split(x, 2, 3);
          SDVariable swapped = graph.concat(3, graph.math().neg(halves[1]), halves[0]);
          return x.mul(by.cos()).add(swapped.mul(by.sin()));
        });
  }

  /** Each head as often as query heads share it. */
  private SDVariable repeated(String path, SDVariable x) {
    int group = heads / keyValueHeads;
    if (group == 1) {
      return x;
    }
    return blocks.named(
        path,
        () -> {
          SDVariable size = graph.shape(x);
          SDVariable tiled = graph.tile(graph.expandDims(x, 2), 1, 1, group, 1, 1);
          SDVariable all = graph.concat(0, part(size, 0), heads(), part(size, 2), part(size, 3));
          return graph.reshape(tiled, all);
        });
  }

  private SDVariable part(SDVariable size, long at) {
    return graph.stridedSlice(
        size, new long[] {at}, new long[] {at + 1}, new long[] {1}, 0, 0, 0, 0, 0);
  }

  private SDVariable heads() {
    String name = Blocks.OUTSIDE + "/heads";
    return graph.hasVariable(name)
        ? graph.getVariable(name)
        : graph.constant(name, Nd4j.createFromArray(new long[] {heads}));
  }
}
