/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.electra;

import org.graft4j.models.Blocks;
import org.graft4j.models.Checkpoint;
import org.graft4j.models.Form;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.Tokens;
import org.graft4j.models.bert.BertEncoder;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * An ELECTRA as a graph: from {@code input_ids}, {@code attention_mask} and {@code token_type_ids},
 * all INT64 {@code [batch, length]}, to the outputs of its form, with the modules of transformers'
 * {@code ElectraModel} and its relatives.
 */
public final class ElectraGraph {
  private final ElectraConfig config;
  private final Blocks blocks;
  private final Tokens tokens;
  private final SDVariable ids;
  private final SDVariable types;
  private final BertEncoder encoder;

  private ElectraGraph(ElectraConfig config, SameDiff graph, Checkpoint weights) {
    this.config = config;
    this.ids = Blocks.ids(graph, "input_ids");
    SDVariable mask = Blocks.ids(graph, "attention_mask");
    this.types = Blocks.ids(graph, "token_type_ids");
    this.blocks = new Blocks(graph, weights, ids);
    this.tokens = new Tokens(blocks, ids, mask);
    this.encoder = new BertEncoder(config.encoder(), blocks, config.activation());
  }

  /**
   * Writes the graph.
   *
   * @param model the configuration
   * @param weights the weights
   * @param form base, masked-lm (of a generator), sequence-classification, token-classification or
   *     question-answering
   * @return the graph; its constants are the arrays of the checkpoint
   * @throws ModelException if the configuration is wrong, or there is no such form
   * @throws IllegalArgumentException if a weight is missing or has another shape
   */
  public static SameDiff of(ModelConfig model, Checkpoint weights, Form form)
      throws ModelException {
    SameDiff graph = Blocks.newGraph();
    ElectraGraph writer =
        new ElectraGraph(ElectraConfig.of(model), graph, weights.withBases("electra"));
    Blocks blocks = writer.blocks;
    int hidden = writer.config.encoder().hiddenSize();
    switch (form) {
      case BASE -> blocks.output("last_hidden_state", writer.hidden(""));
      case MASKED_LM -> blocks.output("logits", writer.predictions(writer.hidden("electra.")));
      case SEQUENCE_CLASSIFICATION -> {
        SDVariable first = blocks.first("classifier", writer.hidden("electra."));
        SDVariable pooled = blocks.pooler("classifier.dense", first, hidden, "gelu");
        blocks.output(
            "logits", blocks.textHead("classifier.out_proj", pooled, hidden, model.labels(), true));
      }
      case TOKEN_CLASSIFICATION ->
          blocks.output(
              "logits",
              blocks.tokenHead("classifier", writer.hidden("electra."), hidden, model.labels()));
      case QUESTION_ANSWERING -> blocks.answer("qa_outputs", writer.hidden("electra."), hidden);
      default -> throw model.wrong("model_type", "has no form " + form);
    }
    return graph;
  }

  private SDVariable hidden(String base) {
    int narrow = config.embedding();
    int hidden = config.encoder().hiddenSize();
    SDVariable x = encoder.embeddings(base + "embeddings", ids, types, tokens.positions(), narrow);
    if (narrow != hidden) {
      x = blocks.linear(base + "embeddings_project", x, narrow, hidden);
    }
    return encoder.layers(base + "encoder.layer", x, tokens.mask());
  }

  private SDVariable predictions(SDVariable x) {
    int narrow = config.embedding();
    int rows = config.encoder().vocabularySize();
    String path = "generator_predictions";
    SDVariable normal =
        encoder.transform(
            path + ".dense", path + ".activation", "gelu", path + ".LayerNorm", x, narrow);
    String table =
        config.tied() ? "electra.embeddings.word_embeddings.weight" : "generator_lm_head.weight";
    SDVariable scores =
        blocks.product("generator_lm_head", normal, blocks.weight(table, rows, narrow));
    return blocks.sum("generator_lm_head", scores, blocks.weight("generator_lm_head.bias", rows));
  }
}
