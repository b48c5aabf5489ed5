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
  private double divisor;
  private double cap;
  private Blocks read;
  private @Nullable Rotation rotation;
  private @Nullable SDVariable bias;
  private @Nullable RmsNorm norm;

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
    this.divisor = Math.sqrt((double) features);
    this.read = blocks;
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
   * Divides scores by another number than the root of a head's features.
   *
   * @param by the number
   * @return this
   */
  public AttentionBlock dividedBy(double by) {
    this.divisor = by;
    return this;
  }

  /**
   * Takes keys and values from another sequence, as a decoder from its encoder.
   *
   * @param other the blocks of that sequence
   * @return this
   */
  public AttentionBlock reading(Blocks other) {
    this.read = other;
    return this;
  }

  /**
   * Adds to the scores, before the mask.
   *
   * @param of such as a bias by distance, of a shape that broadcasts to {@code [batch, heads,
   *     queries, keys]}
   * @return this
   */
  public AttentionBlock biased(SDVariable of) {
    this.bias = of;
    return this;
  }

  /**
   * Keeps scores within a cap, before the mask: {@code cap · tanh(x / cap)}.
   *
   * @param at the cap; 0 for none
   * @return this
   */
  AttentionBlock cappedAt(double at) {
    this.cap = at;
    return this;
  }

  /** Norms queries and keys over the features of a head: {@code q_norm} and {@code k_norm}. */
  AttentionBlock normed(RmsNorm by) {
    this.norm = by;
    return this;
  }

  /**
   * Writes the attention.
   *
   * @param path the module path
   * @param query {@code [batch, length, heads · features]}
   * @param key {@code [batch, keys, key value heads · features]}
   * @param value as the keys
   * @param mask what is added to the scores
   * @return the context, {@code [batch, length, heads · features]}
   */
  public SDVariable write(
      String path, SDVariable query, SDVariable key, SDVariable value, SDVariable mask) {
    SDVariable q = turned(path, normed(path + ".q_norm", split(path, query, blocks, heads)));
    SDVariable one = normed(path + ".k_norm", split(path, key, read, keyValueHeads));
    SDVariable k = blocks.mark(path + "/keys", turned(path, one));
    SDVariable v = blocks.mark(path + "/values", split(path, value, read, keyValueHeads));
    SDVariable merged = blocks.shape((long) heads * features);
    SDVariable allKeys = repeated(path, k);
    SDVariable allValues = repeated(path, v);
    SDVariable scores = scores(path, q, allKeys);
    return blocks.named(
        path,
        () -> {
          SDVariable context = graph.nn().softmax(scores.add(mask), 3).mmul(allValues);
          return graph.reshape(graph.permute(context, 0, 2, 1, 3), merged);
        });
  }

  private SDVariable scores(String path, SDVariable queries, SDVariable keys) {
    SDVariable root = divisor == 1 ? null : blocks.scalar(divisor);
    SDVariable more = bias;
    SDVariable scores =
        blocks.named(
            path,
            () -> {
              SDVariable product = graph.mmul(queries, keys, false, true, false);
              SDVariable divided = root == null ? product : product.div(root);
              return more == null ? divided : divided.add(more);
            });
    return blocks.capped(path, scores, cap);
  }

  private SDVariable normed(String path, SDVariable x) {
    return norm == null ? x : norm.write(path, x, features, 3);
  }

  private SDVariable split(String path, SDVariable x, Blocks of, int count) {
    SDVariable shape = of.shape(count, features);
    return blocks.named(path, () -> graph.permute(graph.reshape(x, shape), 0, 2, 1, 3));
  }

  /** The first features of each head rotated, the others as they are. */
  private SDVariable turned(String path, SDVariable x) {
    Rotation by = rotation;
    if (by == null) {
      return x;
    }
    return blocks.named(
        path,
        () ->
            by.features() == features
                ? turned(x, by)
                : graph.concat(
                    3, turned(slice(x, 0, by.features()), by), slice(x, by.features(), features)));
  }

  /** x cos + (−second, first) sin, of the features that turn together. */
  private SDVariable turned(SDVariable x, Rotation by) {
    SDVariable swapped =
        switch (by.pairs()) {
          case HALVES -> swapped(x, 3);
          case NEIGHBOURS -> graph.reshape(swapped(graph.reshape(x, -1, 2), 1), graph.shape(x));
        };
    return x.mul(by.cos()).add(swapped.mul(by.sin()));
  }

  private SDVariable swapped(SDVariable x, int axis) {
    SDVariable[] parts = graph.split(x, 2, axis);
    return graph.concat(axis, graph.math().neg(parts[1]), parts[0]);
  }

  /** Some of the features of each head. */
  private SDVariable slice(SDVariable x, long begin, long end) {
    return graph.stridedSlice(
        x,
        new long[] {0, 0, 0, begin},
        new long[] {0, 0, 0, end},
        new long[] {1, 1, 1, 1},
        7,
        7,
        0,
        0,
        0);
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
