/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.glm;

import org.graft4j.models.CausalDecoder;
import org.graft4j.models.Checkpoint;
import org.graft4j.models.Form;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A GLM as a graph: from {@code input_ids} and {@code attention_mask}, INT64 {@code [batch,
 * length]}, to the outputs of its form, with the modules of transformers' {@code GlmModel} and its
 * relatives.
 */
public final class GlmGraph {
  private GlmGraph() {}

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
    GlmConfig config = GlmConfig.of(model);
    return new CausalDecoder(config.sizes(), config.rotary(), config.activation())
        .attentionBias(config.attentionBias(), false)
        .turningNeighbours()
        .fusedGate()
        .tied(config.tied())
        .graph(model, weights, form);
  }
}
