/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import org.graft4j.graph.Markers;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writes where tokens stand: their slots, positions, rotations, and whom they may look at.
 *
 * <p>A <em>slot</em> is a place along the keys: 0, 1, … for the tokens of the ids. Generation gives
 * {@value #SLOTS} and {@value #POSITIONS} other values, and longer keys; the graph says nothing
 * about caches.
 */
public final class Tokens {
  /** The value with the slots of the tokens, INT64 {@code [length]}. */
  public static final String SLOTS = Markers.SLOTS;

  /** The value with the positions of the tokens, INT64 {@code [1, length]}. */
  public static final String POSITIONS = Markers.POSITIONS;

  /** As good as −∞. With the least float, ND4J's softmax of a row that sees nothing is NaN. */
  private static final double HIDDEN = -1e30;

  private final Blocks blocks;
  private final SameDiff graph;
  private final String prefix;
  private final SDVariable mask;
  private final SDVariable slots;
  private final SDVariable positions;

  /**
   * Writes slots and positions.
   *
   * @param blocks the blocks of the graph
   * @param ids the token ids, INT64 {@code [batch, length]}
   * @param mask ones for tokens and zeros for padding, INT64 {@code [batch, length]}
   */
  public Tokens(Blocks blocks, SDVariable ids, SDVariable mask) {
    this(blocks, ids, mask, "");
  }

  /** The tokens of a second sequence, with a prefix before the names of its values. */
  Tokens(Blocks blocks, SDVariable ids, SDVariable mask, String prefix) {
    this.blocks = blocks;
    this.graph = blocks.graph();
    this.prefix = prefix;
    this.mask = mask;
    this.slots = blocks.mark(named(SLOTS), count(ids, "ids"));
    this.positions =
        blocks.mark(
            named(POSITIONS), blocks.named(Blocks.OUTSIDE, () -> graph.expandDims(slots, 0)));
  }

  private String named(String name) {
    return prefix.isEmpty() ? name : name.replace("/", "/" + prefix + "_");
  }

  /** 0, 1, … along the second axis. */
  private SDVariable count(SDVariable of, String what) {
    SDVariable zero = integer("/zero_" + what, 0);
    SDVariable one = integer("/one_" + what, 1);
    return blocks.named(
        Blocks.OUTSIDE,
        () -> {
          SDVariable length =
              graph.stridedSlice(
                  graph.shape(of), new long[] {1}, new long[] {2}, new long[] {1}, 0, 0, 0, 0, 1);
          return graph.range(zero, length, one, DataType.INT64);
        });
  }

  private SDVariable integer(String what, long number) {
    return graph.constant(named(Blocks.OUTSIDE + what), Nd4j.scalar(number));
  }

  /**
   * Returns the positions.
   *
   * @return 0, 1, …, INT64 {@code [1, length]}
   */
  public SDVariable positions() {
    return positions;
  }

  /**
   * Writes positions that begin with another number than 0.
   *
   * @param first the number
   * @return the positions, INT64 {@code [1, length]}
   */
  public SDVariable positionsFrom(int first) {
    SDVariable offset = integer("/first_position", first);
    return blocks.named(Blocks.OUTSIDE, () -> positions.add(offset));
  }

  /**
   * Writes positions that leave padding out: the id of padding and one more for each token so far.
   *
   * @param ids the token ids
   * @param padding the id of padding
   * @return the positions, INT64 {@code [batch, length]}; those of padding are its id
   */
  public SDVariable positionsOf(SDVariable ids, int padding) {
    SDVariable none = integer("/padding", padding);
    return blocks.named(
        Blocks.OUTSIDE,
        () -> {
          SDVariable token = graph.neq(ids, none).castTo(DataType.FLOAT);
          SDVariable before =
              graph.lte(positions, graph.expandDims(slots, 1)).castTo(DataType.FLOAT);
          SDVariable count = graph.mmul(token, before, false, true, false).mul(token);
          return count.castTo(DataType.INT64).add(none);
        });
  }

  /**
   * Writes how far keys stand behind queries.
   *
   * @return the slot of the key less that of the query, INT64 {@code [length, keys]}
   */
  public SDVariable distances() {
    SDVariable keys = count(mask, "distances");
    return blocks.named(
        Blocks.OUTSIDE, () -> graph.expandDims(keys, 0).sub(graph.expandDims(slots, 1)));
  }

  /**
   * Writes the mask of an attention that sees all tokens.
   *
   * @return what is added to the scores: zero for tokens and −10³⁰ for padding, {@code [batch, 1,
   *     1, length]}
   */
  public SDVariable mask() {
    SDVariable one = blocks.scalar(1);
    SDVariable least = blocks.scalar(HIDDEN);
    return blocks.named(
        Blocks.OUTSIDE,
        () -> {
          SDVariable padding = one.sub(mask.castTo(DataType.FLOAT));
          return graph.expandDims(graph.expandDims(padding, 1), 1).mul(least);
        });
  }

  /**
   * Writes the mask of an attention that sees tokens before and at its own.
   *
   * @return what is added to the scores: zero or −10³⁰, {@code [batch, 1, length, length]}
   */
  public SDVariable causalMask() {
    return causalMask(0);
  }

  /**
   * Writes the mask of an attention that sees its own token and some before.
   *
   * @param window how many tokens are seen; 0 for all
   * @return what is added to the scores: zero or −10³⁰, {@code [batch, 1, length, length]}
   */
  public SDVariable causalMask(int window) {
    SDVariable one = blocks.scalar(1);
    SDVariable least = blocks.scalar(HIDDEN);
    SDVariable keys = count(mask, "mask_" + window);
    SDVariable reach =
        graph.constant(Blocks.OUTSIDE + "/window_" + window, Nd4j.scalar((long) window));
    return blocks.named(
        Blocks.OUTSIDE,
        () -> {
          SDVariable query = graph.expandDims(slots, 1);
          SDVariable key = graph.expandDims(keys, 0);
          SDVariable seen = graph.lte(key, query).castTo(DataType.FLOAT);
          if (window > 0) {
            seen = seen.mul(graph.gt(key, query.sub(reach)).castTo(DataType.FLOAT));
          }
          SDVariable tokens = graph.expandDims(graph.expandDims(mask.castTo(DataType.FLOAT), 1), 1);
          SDVariable allowed = graph.expandDims(graph.expandDims(seen, 0), 0).mul(tokens);
          return one.sub(allowed).mul(least);
        });
  }

  /**
   * Writes the positions of tokens in their texts, wherever padding stands.
   *
   * @param offset the position of the first token
   * @return offset, offset + 1, … for tokens and any such number for padding, INT64 {@code [batch,
   *     length]}
   */
  public SDVariable positionsInText(int offset) {
    SDVariable before = graph.constant(Blocks.OUTSIDE + "/offset", Nd4j.scalar(offset - 1L));
    SDVariable ordinals = ordinals(slots, count(mask, "ordinals"));
    return blocks.named(Blocks.OUTSIDE, () -> ordinals.castTo(DataType.INT64).add(before));
  }

  /**
   * Writes a bias of scores that grows with the position of the key, each head with its own slope.
   *
   * <p>Press, Smith and Lewis, Train Short, Test Long, arXiv:2108.12409; softmax does not see by
   * what all scores of a query are shifted, so that position stands for distance.
   *
   * @param heads the number of heads
   * @return {@code [batch, heads, 1, keys]}
   */
  public SDVariable linearBias(int heads) {
    SDVariable slopes =
        graph.constant(
            Blocks.OUTSIDE + "/slopes", Nd4j.createFromArray(slopes(heads)).reshape(1, -1, 1, 1));
    SDVariable keys = count(mask, "ordinals");
    SDVariable ordinals = ordinals(keys, keys);
    return blocks.named(
        Blocks.OUTSIDE, () -> graph.expandDims(graph.expandDims(ordinals, 1), 1).mul(slopes));
  }

  /** How many tokens stand at and before each slot; a product, for there is no sound cumsum. */
  private SDVariable ordinals(SDVariable at, SDVariable keys) {
    return blocks.named(
        Blocks.OUTSIDE,
        () -> {
          SDVariable before =
              graph.lte(graph.expandDims(keys, 0), graph.expandDims(at, 1)).castTo(DataType.FLOAT);
          return graph.mmul(mask.castTo(DataType.FLOAT), before, false, true, false);
        });
  }

  /** 2^(−8/n), 2^(−16/n), … for n heads, a power of two; every other one of 2n for those beyond. */
  private static float[] slopes(int heads) {
    int power = Integer.highestOneBit(heads);
    float[] slopes = new float[heads];
    for (int i = 0; i < heads; i++) {
      double exponent = i < power ? 8.0 * (i + 1) / power : 4.0 * (2 * (i - power) + 1) / power;
      slopes[i] = (float) Math.pow(2, -exponent);
    }
    return slopes;
  }

  /** Which two features turn together. */
  public enum Pairs {
    /** One of the first half and one of the second. */
    HALVES,
    /** One and the next. */
    NEIGHBOURS
  }

  /**
   * Cosines and sines of the angles by which features are rotated.
   *
   * @param cos {@code [1, 1, length, features]}
   * @param sin {@code [1, 1, length, features]}
   * @param features how many features of a head are rotated, the first ones
   * @param pairs which turn together
   */
  public record Rotation(SDVariable cos, SDVariable sin, int features, Pairs pairs) {}

  /**
   * Writes the angles of rotary positions: position · frequency, for each feature that turns.
   *
   * <p>Su and others, RoFormer, arXiv:2104.09864.
   *
   * @param frequencies how the features turn
   * @param pairs which turn together
   * @return the rotation
   */
  public Rotation rotation(RotaryFrequencies frequencies, Pairs pairs) {
    float[] each = frequencies.perPosition();
    float[] all = new float[2 * each.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = each[pairs == Pairs.HALVES ? i % each.length : i / 2];
    }
    SDVariable inverse =
        graph.constant(
            graph.generateDistinctCustomVariableName(Blocks.OUTSIDE + "/frequencies"),
            Nd4j.createFromArray(all).reshape(1, 1, 1, -1));
    SDVariable factor = blocks.scalar(frequencies.factor());
    SDVariable[] both = new SDVariable[2];
    blocks.named(
        Blocks.OUTSIDE,
        () -> {
          SDVariable places = graph.expandDims(graph.expandDims(positions, 1), 3);
          SDVariable angles = places.castTo(DataType.FLOAT).mul(inverse);
          both[0] = graph.math().cos(angles);
          both[1] = graph.math().sin(angles);
          if (frequencies.factor() != 1) {
            both[0] = both[0].mul(factor);
            both[1] = both[1].mul(factor);
          }
          return both[1];
        });
    return new Rotation(both[0], both[1], all.length, pairs);
  }

  /**
   * Writes the choice of the last token that is no padding.
   *
   * @param x {@code [batch, length, features]}
   * @param ids the token ids
   * @param padding the id of padding; −1 when there is none and the last token counts
   * @return {@code [batch, features]}
   */
  public SDVariable last(SDVariable x, SDVariable ids, int padding) {
    SDVariable none = integer("/padding", padding);
    return blocks.named(Blocks.OUTSIDE, () -> last(x, graph.neq(ids, none).castTo(DataType.INT64)));
  }

  /**
   * Writes the choice of the last token with an id.
   *
   * @param x {@code [batch, length, features]}
   * @param ids the token ids
   * @param id the id
   * @return {@code [batch, features]}; the first token where none has the id
   */
  public SDVariable lastOf(SDVariable x, SDVariable ids, int id) {
    SDVariable wanted = integer("/wanted", id);
    return blocks.named(
        Blocks.OUTSIDE, () -> last(x, graph.eq(ids, wanted).castTo(DataType.INT64)));
  }

  /** The last of those that are one. */
  private SDVariable last(SDVariable x, SDVariable counted) {
    SDVariable last = graph.max(counted.mul(positions), true, 1);
    SDVariable chosen = graph.eq(positions, last).castTo(DataType.FLOAT);
    return x.mul(graph.expandDims(chosen, 2)).sum(1);
  }
}
