/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.roberta;

import org.graft4j.models.Blocks;
import org.graft4j.models.Checkpoint;
import org.graft4j.models.Form;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.Tokens;
import org.graft4j.models.bert.BertEncoder;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A RoBERTa or XLM-RoBERTa as a graph: from {@code input_ids}, {@code attention_mask} and, where
 * there are several types, {@code token_type_ids}, all INT64 {@code [batch, length]}, to the
 * outputs of its form, with the modules of transformers' {@code RobertaModel} and its relatives.
 */
public final class RobertaGraph {
  private final RobertaConfig config;
  private final Blocks blocks;
  private final Tokens tokens;
  private final SDVariable ids;
  private final @Nullable SDVariable types;
  private final BertEncoder encoder;

  private RobertaGraph(RobertaConfig config, SameDiff graph, Checkpoint weights) {
    this.config = config;
    this.ids = Blocks.ids(graph, "input_ids");
    SDVariable mask = Blocks.ids(graph, "attention_mask");
    this.types = config.encoder().tokenTypes() == 1 ? null : Blocks.ids(graph, "token_type_ids");
    this.blocks = new Blocks(graph, weights, ids);
    this.tokens = new Tokens(blocks, ids, mask);
    this.encoder = new BertEncoder(config.encoder(), blocks, config.activation());
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
    RobertaGraph writer =
        new RobertaGraph(RobertaConfig.of(model), graph, weights.withBases("roberta"));
    Blocks blocks = writer.blocks;
    int hidden = writer.config.encoder().hiddenSize();
    switch (form) {
      case BASE -> blocks.output("last_hidden_state", writer.hidden(""));
      case MASKED_LM -> blocks.output("logits", writer.predictions(writer.hidden("roberta.")));
      case SEQUENCE_CLASSIFICATION -> {
        SDVariable first = blocks.first("classifier", writer.hidden("roberta."));
        SDVariable pooled = blocks.pooler("classifier.dense", first, hidden, "tanh");
        blocks.output(
            "logits", blocks.textHead("classifier.out_proj", pooled, hidden, model.labels(), true));
      }
      case TOKEN_CLASSIFICATION ->
          blocks.output(
              "logits",
              blocks.tokenHead("classifier", writer.hidden("roberta."), hidden, model.labels()));
      case QUESTION_ANSWERING -> blocks.answer("qa_outputs", writer.hidden("roberta."), hidden);
      default -> throw model.wrong("model_type", "has no form " + form);
    }
    return graph;
  }

  private SDVariable hidden(String base) {
    SDVariable positions = tokens.positionsOf(ids, config.padding());
    int features = config.encoder().hiddenSize();
    SDVariable x = encoder.embeddings(base + "embeddings", ids, types, positions, features);
    return encoder.layers(base + "encoder.layer", x, tokens.mask());
  }

  private SDVariable predictions(SDVariable x) {
    int hidden = config.encoder().hiddenSize();
    int rows = config.encoder().vocabularySize();
    SDVariable normal =
        encoder.transform(
            "lm_head.dense", "lm_head.activation", "gelu", "lm_head.layer_norm", x, hidden);
    String table =
        config.tied() ? "roberta.embeddings.word_embeddings.weight" : "lm_head.decoder.weight";
    SDVariable scores =
        blocks.product("lm_head.decoder", normal, blocks.weight(table, rows, hidden));
    String bias = config.tied() ? "lm_head.bias" : "lm_head.decoder.bias";
    return blocks.sum("lm_head.decoder", scores, blocks.weight(bias, rows));
  }
}
