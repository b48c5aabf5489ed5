/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import java.util.function.Supplier;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One of the two sequences of an encoder-decoder, with what writes its side of the graph.
 *
 * <p>{@link Tokens#SLOTS} and {@link Tokens#POSITIONS} are those of the decoder; the names of the
 * encoder's begin with {@code graph/encoder_}.
 *
 * @param blocks blocks with the batch and length of the sequence
 * @param tokens where its tokens stand
 * @param ids the token ids, INT64 {@code [batch, length]}
 */
public record Sequence(Blocks blocks, Tokens tokens, SDVariable ids) {

  /**
   * Makes what the encoder reads: {@code input_ids} and {@code attention_mask}.
   *
   * @param graph the graph
   * @param weights the weights
   * @return the sequence
   */
  public static Sequence encoder(SameDiff graph, Checkpoint weights) {
    SDVariable ids = Blocks.ids(graph, "input_ids");
    SDVariable mask = Blocks.ids(graph, "attention_mask");
    Blocks blocks = new Blocks(graph, weights, ids);
    return new Sequence(blocks, new Tokens(blocks, ids, mask, "encoder"), ids);
  }

  /**
   * Makes what the decoder reads: {@code decoder_input_ids} and {@code decoder_attention_mask}.
   *
   * @param graph the graph
   * @param weights the weights
   * @return the sequence
   */
  public static Sequence decoder(SameDiff graph, Checkpoint weights) {
    SDVariable ids = Blocks.ids(graph, "decoder_input_ids");
    return of(graph, weights, ids, Blocks.ids(graph, "decoder_attention_mask"));
  }

  private static Sequence of(SameDiff graph, Checkpoint weights, SDVariable ids, SDVariable mask) {
    Blocks blocks = new Blocks(graph, weights, ids);
    return new Sequence(blocks, new Tokens(blocks, ids, mask), ids);
  }

  /**
   * Makes a decoder that reads the tokens of this sequence one later, padding as any other.
   *
   * @param weights the weights
   * @param first the id of the token that comes first
   * @return the sequence
   */
  public Sequence later(Checkpoint weights, int first) {
    SDVariable none = number("none", 0);
    SDVariable id = number("start", first);
    return behind(weights, written(() -> column(ids, 1).mul(none).add(id)));
  }

  /**
   * Makes a decoder that reads the tokens of this sequence one later, and before them the last that
   * is no padding.
   *
   * @param weights the weights
   * @param padding the id of padding, which follows the tokens
   * @return the sequence
   */
  public Sequence rolled(Checkpoint weights, int padding) {
    SameDiff graph = blocks.graph();
    SDVariable none = number("padding", padding);
    SDVariable one = number("step", 1);
    return behind(
        weights,
        written(
            () -> {
              SDVariable token = graph.neq(ids, none).castTo(DataType.INT64);
              SDVariable last = graph.sum(token, true, 1).sub(one);
              SDVariable chosen = graph.eq(tokens.positions(), last).castTo(DataType.INT64);
              return graph.max(ids.mul(chosen), true, 1);
            }));
  }

  private Sequence behind(Checkpoint weights, SDVariable start) {
    SameDiff graph = blocks.graph();
    SDVariable zero = number("zero", 0);
    SDVariable one = number("one", 1);
    SDVariable later = written(() -> column(graph.concat(1, start, ids), -1));
    return of(graph, weights, later, written(() -> later.mul(zero).add(one)));
  }

  private SDVariable written(Supplier<SDVariable> ops) {
    return blocks.named(Blocks.OUTSIDE, ops);
  }

  private SDVariable number(String name, long number) {
    return blocks.graph().constant(Blocks.OUTSIDE + "/later_" + name, Nd4j.scalar(number));
  }

  /** The columns from the first up to one, counted from behind when it is negative. */
  private static SDVariable column(SDVariable x, long end) {
    return x.getSameDiff()
        .stridedSlice(x, new long[] {0, 0}, new long[] {0, end}, new long[] {1, 1}, 3, 1, 0, 0, 0);
  }
}
