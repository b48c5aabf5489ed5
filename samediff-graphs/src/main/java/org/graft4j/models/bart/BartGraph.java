/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.bart;

import java.util.function.UnaryOperator;
import org.graft4j.models.AttentionBlock;
import org.graft4j.models.Blocks;
import org.graft4j.models.Checkpoint;
import org.graft4j.models.Form;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.Sequence;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A BART or mBART as a graph: from {@code input_ids} and {@code attention_mask}, INT64 {@code
 * [batch, length]}, and in the forms base and seq2seq-lm {@code decoder_input_ids} and {@code
 * decoder_attention_mask}, INT64 {@code [batch, decoder length]}, to the outputs of its form, with
 * the modules of transformers' {@code BartModel} and its relatives.
 *
 * <p>The forms base and seq2seq-lm have the output {@code encoder_last_hidden_state} too.
 */
public final class BartGraph {
  private static final double EPSILON = 1e-5;

  /** The rows of the table of positions that are not used. */
  private static final int OFFSET = 2;

  private final BartConfig config;
  private final Sequence encoder;
  private final SDVariable mask;

  private BartGraph(BartConfig config, Sequence encoder) {
    this.config = config;
    this.encoder = encoder;
    this.mask = encoder.tokens().mask();
  }

  /**
   * Writes the graph.
   *
   * @param model the configuration
   * @param checkpoint the weights
   * @param form base, seq2seq-lm, sequence-classification or question-answering
   * @return the graph; its constants are the arrays of the checkpoint
   * @throws ModelException if the configuration is wrong, or there is no such form
   * @throws IllegalArgumentException if a weight is missing or has another shape
   */
  public static SameDiff of(ModelConfig model, Checkpoint checkpoint, Form form)
      throws ModelException {
    BartConfig config = BartConfig.of(model);
    boolean fed =
        switch (form) {
          case BASE, SEQ2SEQ_LM -> true;
          case SEQUENCE_CLASSIFICATION, QUESTION_ANSWERING -> false;
          default -> throw model.wrong("model_type", "has no form " + form);
        };
    String base = form == Form.BASE ? "" : "model.";
    Checkpoint weights = checkpoint.withBases("model");
    SameDiff graph = Blocks.newGraph();
    BartGraph writer = new BartGraph(config, Sequence.encoder(graph, weights));
    Sequence decoder = fed ? Sequence.decoder(graph, weights) : writer.shifted(weights);
    Blocks blocks = decoder.blocks();
    SDVariable read = writer.stack(base, "encoder", writer.encoder, config.encoder(), null);
    SDVariable x = writer.stack(base, "decoder", decoder, config.decoder(), read);
    switch (form) {
      case SEQ2SEQ_LM -> blocks.output("logits", writer.predictions(blocks, x));
      case SEQUENCE_CLASSIFICATION ->
          blocks.output("logits", writer.label(decoder, x, model.labels()));
      case QUESTION_ANSWERING -> blocks.answer("qa_outputs", x, config.hidden());
      default -> blocks.output("last_hidden_state", x);
    }
    if (fed) {
      blocks.output("encoder_last_hidden_state", read);
    }
    return graph;
  }

  /** The decoder of texts reads what the encoder does. */
  private Sequence shifted(Checkpoint weights) {
    return config.normedBefore()
        ? encoder.rolled(weights, config.padding())
        : encoder.later(weights, config.start());
  }

  private SDVariable predictions(Blocks blocks, SDVariable x) {
    String table = config.tied() ? "model.shared.weight" : "lm_head.weight";
    SDVariable weight = blocks.weight(table, config.vocabulary(), config.hidden());
    SDVariable bias = blocks.weight("final_logits_bias", 1, config.vocabulary());
    return blocks.sum("lm_head", blocks.product("lm_head", x, weight), bias);
  }

  /** A text is what the decoder makes of its last end token. */
  private SDVariable label(Sequence decoder, SDVariable x, int labels) {
    Blocks blocks = decoder.blocks();
    String path = "classification_head";
    SDVariable end = decoder.tokens().lastOf(x, encoder.ids(), config.end());
    SDVariable pooled = blocks.pooler(path + ".dense", end, config.hidden(), "tanh");
    return blocks.textHead(path + ".out_proj", pooled, config.hidden(), labels, true);
  }

  private SDVariable stack(
      String base, String name, Sequence side, BartConfig.Side sizes, @Nullable SDVariable read) {
    String path = base + name;
    int hidden = config.hidden();
    Blocks blocks = side.blocks();
    SDVariable words = blocks.embedding(base + "shared", side.ids(), config.vocabulary(), hidden);
    if (config.scaled()) {
      words = blocks.scaled(path + ".embed_tokens", words, Math.sqrt(hidden));
    }
    SDVariable places =
        blocks.embedding(
            path + ".embed_positions",
            side.tokens().positionsFrom(OFFSET),
            config.maxPositions() + OFFSET,
            hidden);
    SDVariable sum = blocks.sum(path, words, places);
    SDVariable x = blocks.layerNorm(path + ".layernorm_embedding", sum, hidden, EPSILON);
    SDVariable own = read == null ? mask : side.tokens().causalMask();
    for (int i = 0; i < sizes.layers(); i++) {
      x = layer(path + ".layers." + i, blocks, sizes, x, own, read);
    }
    return config.normedBefore() ? blocks.layerNorm(path + ".layer_norm", x, hidden, EPSILON) : x;
  }

  private SDVariable layer(
      String path,
      Blocks blocks,
      BartConfig.Side sizes,
      SDVariable x,
      SDVariable own,
      @Nullable SDVariable read) {
    String self = path + ".self_attn";
    SDVariable y =
        part(blocks, self, "", x, z -> attention(self, blocks, blocks, sizes, z, z, own));
    if (read != null) {
      String cross = path + ".encoder_attn";
      Blocks other = encoder.blocks();
      y = part(blocks, cross, "", y, z -> attention(cross, blocks, other, sizes, z, read, mask));
    }
    return part(blocks, path, ".final", y, z -> feedForward(path, blocks, sizes, z));
  }

  /** Adds what is done to an input to it, with a norm before or behind. */
  private SDVariable part(
      Blocks blocks, String path, String name, SDVariable x, UnaryOperator<SDVariable> done) {
    String norm = path + name + "_layer_norm";
    if (config.normedBefore()) {
      SDVariable y = done.apply(blocks.layerNorm(norm, x, config.hidden(), EPSILON));
      return blocks.sum(path, x, y);
    }
    SDVariable sum = blocks.sum(path, x, done.apply(x));
    return blocks.layerNorm(norm, sum, config.hidden(), EPSILON);
  }

  private SDVariable attention(
      String path,
      Blocks blocks,
      Blocks other,
      BartConfig.Side sizes,
      SDVariable x,
      SDVariable read,
      SDVariable scores) {
    int hidden = config.hidden();
    SDVariable context =
        new AttentionBlock(blocks, sizes.heads(), sizes.heads(), hidden / sizes.heads())
            .reading(other)
            .write(
                path,
                blocks.linear(path + ".q_proj", x, hidden, hidden),
                other.linear(path + ".k_proj", read, hidden, hidden),
                other.linear(path + ".v_proj", read, hidden, hidden),
                scores);
    return blocks.linear(path + ".out_proj", context, hidden, hidden);
  }

  private SDVariable feedForward(String path, Blocks blocks, BartConfig.Side sizes, SDVariable x) {
    int hidden = config.hidden();
    SDVariable up = blocks.linear(path + ".fc1", x, hidden, sizes.intermediate());
    SDVariable active = blocks.activation(path + ".activation_fn", config.activation(), up);
    return blocks.linear(path + ".fc2", active, sizes.intermediate(), hidden);
  }
}
