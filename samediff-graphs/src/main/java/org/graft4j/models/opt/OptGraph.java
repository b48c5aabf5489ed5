/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.opt;

import java.util.EnumSet;
import java.util.Set;
import org.graft4j.models.AttentionBlock;
import org.graft4j.models.Blocks;
import org.graft4j.models.CausalHeads;
import org.graft4j.models.Checkpoint;
import org.graft4j.models.Form;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.Tokens;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * An OPT as a graph: from {@code input_ids} and {@code attention_mask}, INT64 {@code [batch,
 * length]}, to the outputs of its form, with the modules of transformers' {@code OPTModel} and its
 * relatives.
 */
public final class OptGraph {
  private static final Set<Form> FORMS =
      EnumSet.of(Form.CAUSAL_LM, Form.SEQUENCE_CLASSIFICATION, Form.QUESTION_ANSWERING);

  /** The first rows of the positions are not used. */
  private static final int OFFSET = 2;

  private static final double EPSILON = 1e-5;

  private final OptConfig config;
  private final Blocks blocks;
  private final Tokens tokens;
  private final AttentionBlock attention;

  private OptGraph(OptConfig config, Blocks blocks, Tokens tokens) {
    this.config = config;
    this.blocks = blocks;
    this.tokens = tokens;
    int features = config.hidden() / config.heads();
    this.attention = new AttentionBlock(blocks, config.heads(), config.heads(), features);
  }

  /**
   * Writes the graph.
   *
   * @param model the configuration
   * @param weights the weights
   * @param form base, causal-lm, sequence-classification or question-answering
   * @return the graph; its constants are the arrays of the checkpoint
   * @throws ModelException if the configuration is wrong, or there is no such form
   * @throws IllegalArgumentException if a weight is missing or has another shape
   */
  public static SameDiff of(ModelConfig model, Checkpoint weights, Form form)
      throws ModelException {
    CausalHeads heads = new CausalHeads(model, form, FORMS);
    OptConfig config = OptConfig.of(model);
    SameDiff graph = Blocks.newGraph();
    SDVariable ids = Blocks.ids(graph, "input_ids");
    SDVariable mask = Blocks.ids(graph, "attention_mask");
    Blocks blocks = new Blocks(graph, weights.withBases("model"), ids);
    Tokens tokens = new Tokens(blocks, ids, mask);
    String base = heads.base("model.") + "decoder.";
    SDVariable hidden = new OptGraph(config, blocks, tokens).decoder(base, ids);
    if (config.tied()) {
      heads.table(base + "embed_tokens.weight");
    }
    heads.write(blocks, tokens, ids, hidden, config.wordFeatures());
    return graph;
  }

  private SDVariable decoder(String base, SDVariable ids) {
    int hidden = config.hidden();
    int narrow = config.wordFeatures();
    SDVariable x = blocks.embedding(base + "embed_tokens", ids, config.vocabulary(), narrow);
    if (narrow != hidden) {
      x = blocks.linearWithoutBias(base + "project_in", x, narrow, hidden);
    }
    SDVariable places =
        blocks.embedding(
            base + "embed_positions",
            tokens.positionsInText(OFFSET),
            (long) config.positions() + OFFSET,
            hidden);
    x = blocks.sum(base + "embed_positions", x, places);
    SDVariable mask = tokens.causalMask();
    for (int i = 0; i < config.layers(); i++) {
      x = layer(base + "layers." + i, x, mask);
    }
    if (config.finalNorm()) {
      x = norm(base + "final_layer_norm", x);
    }
    return narrow == hidden ? x : blocks.linearWithoutBias(base + "project_out", x, hidden, narrow);
  }

  private SDVariable layer(String path, SDVariable x, SDVariable mask) {
    String first = path + ".self_attn_layer_norm";
    String second = path + ".final_layer_norm";
    if (config.normBefore()) {
      SDVariable y = blocks.sum(path, x, attention(path + ".self_attn", norm(first, x), mask));
      return blocks.sum(path, y, feedForward(path, norm(second, y)));
    }
    SDVariable y = norm(first, blocks.sum(path, x, attention(path + ".self_attn", x, mask)));
    return norm(second, blocks.sum(path, y, feedForward(path, y)));
  }

  private SDVariable attention(String path, SDVariable x, SDVariable mask) {
    int hidden = config.hidden();
    SDVariable context =
        attention.write(
            path,
            linear(path + ".q_proj", x, hidden, hidden),
            linear(path + ".k_proj", x, hidden, hidden),
            linear(path + ".v_proj", x, hidden, hidden),
            mask);
    return linear(path + ".out_proj", context, hidden, hidden);
  }

  private SDVariable feedForward(String path, SDVariable x) {
    int wide = config.intermediate();
    SDVariable up = linear(path + ".fc1", x, config.hidden(), wide);
    SDVariable active = blocks.activation(path + ".activation_fn", config.activation(), up);
    return linear(path + ".fc2", active, wide, config.hidden());
  }

  private SDVariable linear(String path, SDVariable x, int in, int out) {
    return config.bias()
        ? blocks.linear(path, x, in, out)
        : blocks.linearWithoutBias(path, x, in, out);
  }

  private SDVariable norm(String path, SDVariable x) {
    return blocks.layerNorm(path, x, config.hidden(), EPSILON);
  }
}
