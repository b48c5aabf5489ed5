/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.llama;

import org.graft4j.models.AttentionBlock;
import org.graft4j.models.Blocks;
import org.graft4j.models.Checkpoint;
import org.graft4j.models.Form;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.Tokens;
import org.graft4j.models.Tokens.Pairs;
import org.graft4j.models.Tokens.Rotation;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A LLaMA as a graph: from {@code input_ids} and {@code attention_mask}, INT64 {@code [batch,
 * length]}, to the outputs of its form, with the modules of transformers' {@code LlamaModel} and
 * its relatives.
 */
public final class LlamaGraph {
  private final LlamaConfig config;
  private final Blocks blocks;
  private final AttentionBlock attention;

  private LlamaGraph(LlamaConfig config, Blocks blocks, Rotation rotation) {
    this.config = config;
    this.blocks = blocks;
    this.attention =
        new AttentionBlock(blocks, config.heads(), config.keyValueHeads(), config.headFeatures())
            .rotated(rotation);
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
    LlamaConfig config = LlamaConfig.of(model);
    String base =
        switch (form) {
          case BASE -> "";
          case CAUSAL_LM, SEQUENCE_CLASSIFICATION, TOKEN_CLASSIFICATION -> "model.";
          case QUESTION_ANSWERING -> "transformer.";
          default -> throw model.wrong("model_type", "has no form " + form);
        };
    SameDiff graph = Blocks.newGraph();
    SDVariable ids = Blocks.ids(graph, "input_ids");
    SDVariable mask = Blocks.ids(graph, "attention_mask");
    Blocks blocks = new Blocks(graph, weights.withBases("model", "transformer"), ids);
    Tokens tokens = new Tokens(blocks, ids, mask);
    LlamaGraph writer =
        new LlamaGraph(config, blocks, tokens.rotation(config.rotary(), Pairs.HALVES));
    SDVariable hidden = writer.decoder(base, ids, tokens.causalMask());
    writer.head(form, hidden, tokens, ids, base, model);
    return graph;
  }

  private SDVariable decoder(String base, SDVariable ids, SDVariable mask) {
    SDVariable x =
        blocks.embedding(base + "embed_tokens", ids, config.vocabulary(), config.hidden());
    for (int i = 0; i < config.layers(); i++) {
      x = layer(base + "layers." + i, x, mask);
    }
    return blocks.rmsNorm(base + "norm", x, config.hidden(), config.epsilon());
  }

  private SDVariable layer(String path, SDVariable x, SDVariable mask) {
    int hidden = config.hidden();
    SDVariable before = blocks.rmsNorm(path + ".input_layernorm", x, hidden, config.epsilon());
    SDVariable attended = blocks.sum(path, x, attention(path + ".self_attn", before, mask));
    SDVariable after =
        blocks.rmsNorm(path + ".post_attention_layernorm", attended, hidden, config.epsilon());
    return blocks.sum(path, attended, feedForward(path + ".mlp", after));
  }

  private SDVariable attention(String path, SDVariable x, SDVariable mask) {
    int wide = config.heads() * config.headFeatures();
    int narrow = config.keyValueHeads() * config.headFeatures();
    SDVariable q = linear(path + ".q_proj", x, config.hidden(), wide, config.attentionBias());
    SDVariable k = linear(path + ".k_proj", x, config.hidden(), narrow, config.attentionBias());
    SDVariable v = linear(path + ".v_proj", x, config.hidden(), narrow, config.attentionBias());
    SDVariable context = attention.write(path, q, k, v, mask);
    return linear(path + ".o_proj", context, wide, config.hidden(), config.attentionBias());
  }

  private SDVariable feedForward(String path, SDVariable x) {
    int wide = config.intermediate();
    boolean bias = config.feedForwardBias();
    SDVariable gate = linear(path + ".gate_proj", x, config.hidden(), wide, bias);
    SDVariable open = blocks.activation(path + ".act_fn", config.activation(), gate);
    SDVariable up = linear(path + ".up_proj", x, config.hidden(), wide, bias);
    return linear(
        path + ".down_proj", blocks.multiply(path, open, up), wide, config.hidden(), bias);
  }

  private SDVariable linear(String path, SDVariable x, int in, int out, boolean bias) {
    return bias ? blocks.linear(path, x, in, out) : blocks.linearWithoutBias(path, x, in, out);
  }

  private void head(
      Form form, SDVariable x, Tokens tokens, SDVariable ids, String base, ModelConfig model)
      throws ModelException {
    int hidden = config.hidden();
    switch (form) {
      case CAUSAL_LM -> {
        SDVariable weight =
            blocks.weight(
                config.tied() ? base + "embed_tokens.weight" : "lm_head.weight",
                config.vocabulary(),
                hidden);
        blocks.output("logits", blocks.product("lm_head", x, weight));
      }
      case SEQUENCE_CLASSIFICATION -> {
        SDVariable last = tokens.last(x, ids, config.padding());
        blocks.output("logits", blocks.textHead("score", last, hidden, model.labels(), false));
      }
      case TOKEN_CLASSIFICATION ->
          blocks.output("logits", blocks.tokenHead("score", x, hidden, model.labels()));
      case QUESTION_ANSWERING -> blocks.answer("qa_outputs", x, hidden);
      default -> blocks.output("last_hidden_state", x);
    }
  }
}
