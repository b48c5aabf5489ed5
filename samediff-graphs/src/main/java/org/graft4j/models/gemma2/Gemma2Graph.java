/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.gemma2;

import org.graft4j.models.CausalDecoder;
import org.graft4j.models.Checkpoint;
import org.graft4j.models.Form;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A Gemma 2 as a graph: from {@code input_ids} and {@code attention_mask}, INT64 {@code [batch,
 * length]}, to the outputs of its form, with the modules of transformers' {@code Gemma2Model} and
 * its relatives.
 */
public final class Gemma2Graph {
  private Gemma2Graph() {}

  /**
   * Writes the graph.
   *
   * @param model the configuration
   * @param weights the weights
   * @param form base, causal-lm, sequence-classification or token-classification
   * @return the graph; its constants are the arrays of the checkpoint
   * @throws ModelException if the configuration is wrong, or there is no such form
   * @throws IllegalArgumentException if a weight is missing or has another shape
   */
  public static SameDiff of(ModelConfig model, Checkpoint weights, Form form)
      throws ModelException {
    Gemma2Config config = Gemma2Config.of(model);
    return new CausalDecoder(config.sizes(), config.rotary(), config.activation())
        .gainOnePlusWeight()
        .embeddingScale(Math.sqrt((double) config.sizes().hidden()))
        .normsAround(
            "input_layernorm",
            "post_attention_layernorm",
            "pre_feedforward_layernorm",
            "post_feedforward_layernorm")
        .attentionBias(config.attentionBias(), config.attentionBias())
        .scoresDividedBy(config.divisor())
        .caps(config.scoreCap(), config.logitCap())
        .windows(config.windows())
        .tied(config.tied())
        .graph(model, weights, form);
  }
}
