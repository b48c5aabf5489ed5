/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.gptneox;

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
 * A GPT-NeoX as a graph: from {@code input_ids} and {@code attention_mask}, INT64 {@code [batch,
 * length]}, to the outputs of its form, with the modules of transformers' {@code GPTNeoXModel} and
 * its relatives.
 */
public final class GptNeoXGraph {
  private static final Set<Form> FORMS =
      EnumSet.of(
          Form.CAUSAL_LM,
          Form.SEQUENCE_CLASSIFICATION,
          Form.TOKEN_CLASSIFICATION,
          Form.QUESTION_ANSWERING);

  private final GptNeoXConfig config;
  private final Blocks blocks;
  private final Projections projections;
  private final SDVariable mask;
  private final AttentionBlock attention;

  private GptNeoXGraph(GptNeoXConfig config, Blocks blocks, Tokens tokens) {
    this.config = config;
    this.blocks = blocks;
    this.mask = tokens.causalMask();
    this.projections = new Projections(blocks);
    int features = config.hidden() / config.heads();
    this.attention =
        new AttentionBlock(blocks, config.heads(), config.heads(), features)
            .rotated(tokens.rotation(config.rotary(), Pairs.HALVES));
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
    GptNeoXConfig config = GptNeoXConfig.of(model);
    SameDiff graph = Blocks.newGraph();
    SDVariable ids = Blocks.ids(graph, "input_ids");
    SDVariable mask = Blocks.ids(graph, "attention_mask");
    Checkpoint named = weights.withBases("gpt_neox").withName("embed_out.weight", "lm_head.weight");
    Blocks blocks = new Blocks(graph, named, ids);
    Tokens tokens = new Tokens(blocks, ids, mask);
    String base = heads.base("gpt_neox.");
    SDVariable hidden = new GptNeoXGraph(config, blocks, tokens).decoder(base, ids);
    if (config.tied()) {
      heads.table(base + "embed_in.weight");
    }
    heads.write(blocks, tokens, ids, hidden, config.hidden());
    return graph;
  }

  private SDVariable decoder(String base, SDVariable ids) {
    SDVariable x = blocks.embedding(base + "embed_in", ids, config.vocabulary(), config.hidden());
    for (int i = 0; i < config.layers(); i++) {
      x = layer(base + "layers." + i, x);
    }
    return norm(base + "final_layer_norm", x);
  }

  private SDVariable layer(String path, SDVariable x) {
    SDVariable before = norm(path + ".input_layernorm", x);
    SDVariable attended = blocks.sum(path, attention(path + ".attention", before), x);
    SDVariable after = norm(path + ".post_attention_layernorm", config.parallel() ? x : attended);
    return blocks.sum(path, feedForward(path + ".mlp", after), attended);
  }

  private SDVariable attention(String path, SDVariable x) {
    int hidden = config.hidden();
    String fused = path + ".query_key_value";
    SDVariable all = linear(fused, x, hidden, 3 * hidden);
    SDVariable[] parts = projections.split(fused, all, 3 * hidden, config.heads(), 3);
    SDVariable context = attention.write(path, parts[0], parts[1], parts[2], mask);
    return linear(path + ".dense", context, hidden, hidden);
  }

  private SDVariable linear(String path, SDVariable x, int in, int out) {
    return config.attentionBias()
        ? blocks.linear(path, x, in, out)
        : blocks.linearWithoutBias(path, x, in, out);
  }

  private SDVariable feedForward(String path, SDVariable x) {
    int wide = config.intermediate();
    SDVariable up = blocks.linear(path + ".dense_h_to_4h", x, config.hidden(), wide);
    SDVariable active = blocks.activation(path + ".act", config.activation(), up);
    return blocks.linear(path + ".dense_4h_to_h", active, wide, config.hidden());
  }

  private SDVariable norm(String path, SDVariable x) {
    return blocks.layerNorm(path, x, config.hidden(), config.epsilon());
  }
}
