/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.gpt2;

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
 * A GPT-2 as a graph: from {@code input_ids} and {@code attention_mask}, INT64 {@code [batch,
 * length]}, to the outputs of its form, with the modules of transformers' {@code GPT2Model} and its
 * relatives.
 */
public final class Gpt2Graph {
  private static final Set<Form> FORMS =
      EnumSet.of(
          Form.CAUSAL_LM,
          Form.SEQUENCE_CLASSIFICATION,
          Form.TOKEN_CLASSIFICATION,
          Form.QUESTION_ANSWERING);

  private final Gpt2Config config;
  private final Blocks blocks;
  private final Projections projections;
  private final Tokens tokens;

  private Gpt2Graph(Gpt2Config config, Blocks blocks, Tokens tokens) {
    this.config = config;
    this.blocks = blocks;
    this.projections = new Projections(blocks);
    this.tokens = tokens;
  }

  /**
   * Writes the graph.
   *
   * @param model the configuration
   * @param weights the weights
   * @param form base, causal-lm, sequence-classification, token-classification or
   *     question-answering
   * @return the graph; its constants are the arrays of the checkpoint
   * @throws ModelException if the configuration is wrong, or there is no such form
   * @throws IllegalArgumentException if a weight is missing or has another shape
   */
  public static SameDiff of(ModelConfig model, Checkpoint weights, Form form)
      throws ModelException {
    CausalHeads heads = new CausalHeads(model, form, FORMS);
    Gpt2Config config = Gpt2Config.of(model);
    SameDiff graph = Blocks.newGraph();
    SDVariable ids = Blocks.ids(graph, "input_ids");
    SDVariable mask = Blocks.ids(graph, "attention_mask");
    Blocks blocks = new Blocks(graph, weights.withBases("transformer"), ids);
    Tokens tokens = new Tokens(blocks, ids, mask);
    String base = heads.base("transformer.");
    SDVariable hidden = new Gpt2Graph(config, blocks, tokens).decoder(base, ids);
    if (config.tied()) {
      heads.table(base + "wte.weight");
    }
    heads.write(blocks, tokens, ids, hidden, config.hidden());
    return graph;
  }

  private SDVariable decoder(String base, SDVariable ids) {
    int hidden = config.hidden();
    SDVariable words = blocks.embedding(base + "wte", ids, config.vocabulary(), hidden);
    SDVariable places =
        blocks.embedding(base + "wpe", tokens.positions(), config.positions(), hidden);
    SDVariable x = blocks.sum(base + "drop", words, places);
    SDVariable mask = tokens.causalMask();
    for (int i = 0; i < config.layers(); i++) {
      x = layer(base + "h." + i, x, mask, config.divisor(i));
    }
    return norm(base + "ln_f", x);
  }

  private SDVariable layer(String path, SDVariable x, SDVariable mask, double divisor) {
    SDVariable before = norm(path + ".ln_1", x);
    SDVariable attended = blocks.sum(path, attention(path + ".attn", before, mask, divisor), x);
    SDVariable after = norm(path + ".ln_2", attended);
    return blocks.sum(path, attended, feedForward(path + ".mlp", after));
  }

  private SDVariable attention(String path, SDVariable x, SDVariable mask, double divisor) {
    int hidden = config.hidden();
    SDVariable fused = projections.linearInOut(path + ".c_attn", x, hidden, 3L * hidden);
    SDVariable[] parts = projections.split(path + ".c_attn", fused, 3);
    SDVariable context =
        new AttentionBlock(blocks, config.heads(), config.heads(), hidden / config.heads())
            .dividedBy(divisor)
            .write(path, parts[0], parts[1], parts[2], mask);
    return projections.linearInOut(path + ".c_proj", context, hidden, hidden);
  }

  private SDVariable feedForward(String path, SDVariable x) {
    int wide = config.intermediate();
    SDVariable up = projections.linearInOut(path + ".c_fc", x, config.hidden(), wide);
    SDVariable active = blocks.activation(path + ".act", config.activation(), up);
    return projections.linearInOut(path + ".c_proj", active, wide, config.hidden());
  }

  private SDVariable norm(String path, SDVariable x) {
    return blocks.layerNorm(path, x, config.hidden(), config.epsilon());
  }
}
