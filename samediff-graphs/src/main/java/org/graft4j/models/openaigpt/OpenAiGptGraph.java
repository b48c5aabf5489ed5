/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.openaigpt;

import java.util.EnumSet;
import java.util.Set;
import org.graft4j.models.AttentionBlock;
import org.graft4j.models.Blocks;
import org.graft4j.models.CausalHeads;
import org.graft4j.models.Checkpoint;
import org.graft4j.models.Form;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.Projections;
import org.graft4j.models.Tokens;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A GPT as a graph: from {@code input_ids} and {@code attention_mask}, INT64 {@code [batch,
 * length]}, to the outputs of its form, with the modules of transformers' {@code OpenAIGPTModel}
 * and its relatives.
 */
public final class OpenAiGptGraph {
  private static final Set<Form> FORMS = EnumSet.of(Form.CAUSAL_LM, Form.SEQUENCE_CLASSIFICATION);

  private final OpenAiGptConfig config;
  private final Blocks blocks;
  private final Projections projections;
  private final SDVariable positions;
  private final SDVariable mask;
  private final AttentionBlock attention;

  private OpenAiGptGraph(OpenAiGptConfig config, Blocks blocks, Tokens tokens) {
    this.config = config;
    this.blocks = blocks;
    this.mask = tokens.causalMask();
    this.projections = new Projections(blocks);
    this.positions = tokens.positions();
    int features = config.hidden() / config.heads();
    this.attention = new AttentionBlock(blocks, config.heads(), config.heads(), features);
  }

  /**
   * Writes the graph.
   *
   * @param model the configuration
   * @param weights the weights
   * @param form base, causal-lm or sequence-classification
   * @return the graph; its constants are the arrays of the checkpoint
   * @throws ModelException if the configuration is wrong, or there is no such form
   * @throws IllegalArgumentException if a weight is missing or has another shape
   */
  public static SameDiff of(ModelConfig model, Checkpoint weights, Form form)
      throws ModelException {
    CausalHeads heads = new CausalHeads(model, form, FORMS);
    OpenAiGptConfig config = OpenAiGptConfig.of(model);
    SameDiff graph = Blocks.newGraph();
    SDVariable ids = Blocks.ids(graph, "input_ids");
    SDVariable mask = Blocks.ids(graph, "attention_mask");
    Blocks blocks = new Blocks(graph, weights.withBases("transformer"), ids);
    Tokens tokens = new Tokens(blocks, ids, mask);
    String base = heads.base("transformer.");
    SDVariable hidden = new OpenAiGptGraph(config, blocks, tokens).decoder(base, ids);
    if (config.tied()) {
      heads.table(base + "tokens_embed.weight");
    }
    heads.write(blocks, tokens, ids, hidden, config.hidden());
    return graph;
  }

  private SDVariable decoder(String base, SDVariable ids) {
    int hidden = config.hidden();
    SDVariable words = blocks.embedding(base + "tokens_embed", ids, config.vocabulary(), hidden);
    SDVariable places =
        blocks.embedding(base + "positions_embed", positions, config.positions(), hidden);
    SDVariable x = blocks.sum(base + "drop", words, places);
    for (int i = 0; i < config.layers(); i++) {
      x = layer(base + "h." + i, x);
    }
    return x;
  }

  private SDVariable layer(String path, SDVariable x) {
    SDVariable context = attention(path + ".attn", x);
    SDVariable attended = norm(path + ".ln_1", blocks.sum(path, x, context));
    SDVariable fed = feedForward(path + ".mlp", attended);
    return norm(path + ".ln_2", blocks.sum(path, attended, fed));
  }

  private SDVariable attention(String path, SDVariable x) {
    int hidden = config.hidden();
    SDVariable fused = projections.linearInOut(path + ".c_attn", x, hidden, 3L * hidden);
    SDVariable[] parts = projections.split(path + ".c_attn", fused, 3);
    SDVariable context = attention.write(path, parts[0], parts[1], parts[2], mask);
    return projections.linearInOut(path + ".c_proj", context, hidden, hidden);
  }

  private SDVariable feedForward(String path, SDVariable x) {
    int hidden = config.hidden();
    int wide = 4 * hidden;
    SDVariable up = projections.linearInOut(path + ".c_fc", x, hidden, wide);
    SDVariable active = blocks.activation(path + ".act", config.activation(), up);
    return projections.linearInOut(path + ".c_proj", active, wide, hidden);
  }

  private SDVariable norm(String path, SDVariable x) {
    return blocks.layerNorm(path, x, config.hidden(), config.epsilon());
  }
}
