/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.codegen;

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
import org.graft4j.models.Tokens.Pairs;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A CodeGen as a graph: from {@code input_ids} and {@code attention_mask}, INT64 {@code [batch,
 * length]}, to the outputs of its form, with the modules of transformers' {@code CodeGenModel} and
 * its relatives.
 */
public final class CodeGenGraph {
  /** The cores for which the fused layer was laid out; each has queries, values and keys. */
  static final int BLOCKS = 4;

  private static final Set<Form> FORMS = EnumSet.of(Form.CAUSAL_LM);

  private final CodeGenConfig config;
  private final Blocks blocks;
  private final Projections projections;
  private final SDVariable mask;
  private final AttentionBlock attention;

  private CodeGenGraph(CodeGenConfig config, Blocks blocks, Tokens tokens) {
    this.config = config;
    this.blocks = blocks;
    this.mask = tokens.causalMask();
    this.projections = new Projections(blocks);
    int features = config.hidden() / config.heads();
    this.attention =
        new AttentionBlock(blocks, config.heads(), config.heads(), features)
            .rotated(tokens.rotation(config.rotary(), Pairs.NEIGHBOURS));
  }

  /**
   * Writes the graph.
   *
   * @param model the configuration
   * @param weights the weights
   * @param form base or causal-lm
   * @return the graph; its constants are the arrays of the checkpoint
   * @throws ModelException if the configuration is wrong, or there is no such form
   * @throws IllegalArgumentException if a weight is missing or has another shape
   */
  public static SameDiff of(ModelConfig model, Checkpoint weights, Form form)
      throws ModelException {
    CausalHeads heads = new CausalHeads(model, form, FORMS);
    CodeGenConfig config = CodeGenConfig.of(model);
    SameDiff graph = Blocks.newGraph();
    SDVariable ids = Blocks.ids(graph, "input_ids");
    SDVariable mask = Blocks.ids(graph, "attention_mask");
    Blocks blocks = new Blocks(graph, weights.withBases("transformer"), ids);
    Tokens tokens = new Tokens(blocks, ids, mask);
    String base = heads.base("transformer.");
    SDVariable hidden = new CodeGenGraph(config, blocks, tokens).decoder(base, ids);
    heads.biased();
    if (config.tied()) {
      heads.table(base + "wte.weight");
    }
    heads.write(blocks, tokens, ids, hidden, config.hidden());
    return graph;
  }

  private SDVariable decoder(String base, SDVariable ids) {
    SDVariable x = blocks.embedding(base + "wte", ids, config.vocabulary(), config.hidden());
    for (int i = 0; i < config.layers(); i++) {
      x = layer(base + "h." + i, x);
    }
    return norm(base + "ln_f", x);
  }

  private SDVariable layer(String path, SDVariable x) {
    SDVariable before = norm(path + ".ln_1", x);
    SDVariable attended = attention(path + ".attn", before);
    SDVariable both = blocks.sum(path, attended, feedForward(path + ".mlp", before));
    return blocks.sum(path, both, x);
  }

  private SDVariable attention(String path, SDVariable x) {
    int hidden = config.hidden();
    String fused = path + ".qkv_proj";
    SDVariable all = blocks.linearWithoutBias(fused, x, hidden, 3L * hidden);
    SDVariable[] parts = projections.split(fused, all, 3 * hidden, BLOCKS, 3);
    SDVariable context = attention.write(path, parts[0], parts[2], parts[1], mask);
    return blocks.linearWithoutBias(path + ".out_proj", context, hidden, hidden);
  }

  private SDVariable feedForward(String path, SDVariable x) {
    int wide = config.intermediate();
    SDVariable up = blocks.linear(path + ".fc_in", x, config.hidden(), wide);
    SDVariable active = blocks.activation(path + ".act", config.activation(), up);
    return blocks.linear(path + ".fc_out", active, wide, config.hidden());
  }

  private SDVariable norm(String path, SDVariable x) {
    return blocks.layerNorm(path, x, config.hidden(), config.epsilon());
  }
}
