/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.bloom;

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
 * A BLOOM as a graph: from {@code input_ids} and {@code attention_mask}, INT64 {@code [batch,
 * length]}, to the outputs of its form, with the modules of transformers' {@code BloomModel} and
 * its relatives.
 */
public final class BloomGraph {
  private static final Set<Form> FORMS =
      EnumSet.of(
          Form.CAUSAL_LM,
          Form.SEQUENCE_CLASSIFICATION,
          Form.TOKEN_CLASSIFICATION,
          Form.QUESTION_ANSWERING);

  private final BloomConfig config;
  private final Blocks blocks;
  private final Projections projections;
  private final SDVariable mask;
  private final AttentionBlock attention;

  private BloomGraph(BloomConfig config, Blocks blocks, Tokens tokens) {
    this.config = config;
    this.blocks = blocks;
    this.mask = tokens.causalMask();
    this.projections = new Projections(blocks);
    int features = config.hidden() / config.heads();
    this.attention =
        new AttentionBlock(blocks, config.heads(), config.heads(), features)
            .biased(tokens.linearBias(config.heads()));
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
    BloomConfig config = BloomConfig.of(model);
    SameDiff graph = Blocks.newGraph();
    SDVariable ids = Blocks.ids(graph, "input_ids");
    SDVariable mask = Blocks.ids(graph, "attention_mask");
    Blocks blocks = new Blocks(graph, weights.withBases("transformer"), ids);
    Tokens tokens = new Tokens(blocks, ids, mask);
    String base = heads.base("transformer.");
    SDVariable hidden = new BloomGraph(config, blocks, tokens).decoder(base, ids);
    if (config.tied()) {
      heads.table(base + "word_embeddings.weight");
    }
    heads.write(blocks, tokens, ids, hidden, config.hidden());
    return graph;
  }

  private SDVariable decoder(String base, SDVariable ids) {
    SDVariable words =
        blocks.embedding(base + "word_embeddings", ids, config.vocabulary(), config.hidden());
    SDVariable x = norm(base + "word_embeddings_layernorm", words);
    for (int i = 0; i < config.layers(); i++) {
      x = layer(base + "h." + i, x);
    }
    return norm(base + "ln_f", x);
  }

  private SDVariable layer(String path, SDVariable x) {
    SDVariable before = norm(path + ".input_layernorm", x);
    SDVariable context = attention(path + ".self_attention", before);
    SDVariable attended = blocks.sum(path, context, config.normResidual() ? before : x);
    SDVariable after = norm(path + ".post_attention_layernorm", attended);
    return blocks.sum(
        path, feedForward(path + ".mlp", after), config.normResidual() ? after : attended);
  }

  private SDVariable attention(String path, SDVariable x) {
    int hidden = config.hidden();
    String fused = path + ".query_key_value";
    SDVariable all = blocks.linear(fused, x, hidden, 3L * hidden);
    SDVariable[] parts = projections.split(fused, all, 3 * hidden, config.heads(), 3);
    SDVariable context = attention.write(path, parts[0], parts[1], parts[2], mask);
    return blocks.linear(path + ".dense", context, hidden, hidden);
  }

  private SDVariable feedForward(String path, SDVariable x) {
    int hidden = config.hidden();
    int wide = 4 * hidden;
    SDVariable up = blocks.linear(path + ".dense_h_to_4h", x, hidden, wide);
    SDVariable active = blocks.activation(path + ".gelu_impl", "gelu_new", up);
    return blocks.linear(path + ".dense_4h_to_h", active, wide, hidden);
  }

  private SDVariable norm(String path, SDVariable x) {
    return blocks.layerNorm(path, x, config.hidden(), config.epsilon());
  }
}
