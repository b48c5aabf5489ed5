/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.distilbert;

import org.graft4j.models.Blocks;
import org.graft4j.models.Checkpoint;
import org.graft4j.models.EncoderBlock;
import org.graft4j.models.Form;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.Tokens;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A DistilBERT as a graph: from {@code input_ids} and {@code attention_mask}, INT64 {@code [batch,
 * length]}, to the outputs of its form, with the modules of transformers' {@code DistilBertModel}
 * and its relatives.
 */
public final class DistilBertGraph {
  private static final double EPSILON = 1e-12;
  private static final EncoderBlock.Names NAMES =
      new EncoderBlock.Names(
          ".attention.q_lin",
          ".attention.k_lin",
          ".attention.v_lin",
          ".attention.out_lin",
          ".sa_layer_norm",
          ".ffn.lin1",
          ".ffn.activation",
          ".ffn.lin2",
          ".output_layer_norm");

  private final DistilBertConfig config;
  private final Blocks blocks;
  private final Tokens tokens;
  private final SDVariable ids;
  private final EncoderBlock block;

  private DistilBertGraph(DistilBertConfig config, SameDiff graph, Checkpoint weights) {
    this.config = config;
    this.ids = Blocks.ids(graph, "input_ids");
    SDVariable mask = Blocks.ids(graph, "attention_mask");
    this.blocks = new Blocks(graph, weights, ids);
    this.tokens = new Tokens(blocks, ids, mask);
    this.block =
        new EncoderBlock(
            blocks,
            NAMES,
            config.hidden(),
            config.heads(),
            config.intermediate(),
            EPSILON,
            config.activation());
  }

  /**
   * Writes the graph.
   *
   * @param model the configuration
   * @param weights the weights
   * @param form base, masked-lm, sequence-classification, token-classification or
   *     question-answering
   * @return the graph; its constants are the arrays of the checkpoint
   * @throws ModelException if the configuration is wrong, or there is no such form
   * @throws IllegalArgumentException if a weight is missing or has another shape
   */
  public static SameDiff of(ModelConfig model, Checkpoint weights, Form form)
      throws ModelException {
    SameDiff graph = Blocks.newGraph();
    DistilBertGraph writer =
        new DistilBertGraph(DistilBertConfig.of(model), graph, weights.withBases("distilbert"));
    Blocks blocks = writer.blocks;
    int hidden = writer.config.hidden();
    String base = "distilbert.";
    switch (form) {
      case BASE -> blocks.output("last_hidden_state", writer.hidden(""));
      case MASKED_LM -> blocks.output("logits", writer.predictions(writer.hidden(base)));
      case SEQUENCE_CLASSIFICATION -> {
        SDVariable first = blocks.first("pre_classifier", writer.hidden(base));
        SDVariable pooled = blocks.pooler("pre_classifier", first, hidden, "relu");
        blocks.output(
            "logits", blocks.textHead("classifier", pooled, hidden, model.labels(), true));
      }
      case TOKEN_CLASSIFICATION ->
          blocks.output(
              "logits",
              blocks.tokenHead("classifier", writer.hidden(base), hidden, model.labels()));
      case QUESTION_ANSWERING -> blocks.answer("qa_outputs", writer.hidden(base), hidden);
      default -> throw model.wrong("model_type", "has no form " + form);
    }
    return graph;
  }

  private SDVariable hidden(String base) {
    int hidden = config.hidden();
    String path = base + "embeddings";
    SDVariable words =
        blocks.embedding(path + ".word_embeddings", ids, config.vocabulary(), hidden);
    SDVariable places =
        blocks.embedding(
            path + ".position_embeddings", tokens.positions(), config.maxPositions(), hidden);
    SDVariable sum = blocks.sum(path, words, places);
    SDVariable x = blocks.layerNorm(path + ".LayerNorm", sum, hidden, EPSILON);
    return block.layers(base + "transformer.layer", config.layers(), x, tokens.mask());
  }

  private SDVariable predictions(SDVariable x) {
    int hidden = config.hidden();
    int rows = config.vocabulary();
    SDVariable normal =
        block.transform(
            "vocab_transform", "activation", config.activation(), "vocab_layer_norm", x, hidden);
    String table =
        config.tied() ? "distilbert.embeddings.word_embeddings.weight" : "vocab_projector.weight";
    SDVariable scores =
        blocks.product("vocab_projector", normal, blocks.weight(table, rows, hidden));
    return blocks.sum("vocab_projector", scores, blocks.weight("vocab_projector.bias", rows));
  }
}
