/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.mistral;

import org.graft4j.models.CausalDecoder;
import org.graft4j.models.Checkpoint;
import org.graft4j.models.Form;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A Mistral as a graph: from {@code input_ids} and {@code attention_mask}, INT64 {@code [batch,
 * length]}, to the outputs of its form, with the modules of transformers' {@code MistralModel} and
 * its relatives.
 */
public final class MistralGraph {
  private MistralGraph() {}

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
    MistralConfig config = MistralConfig.of(model);
    return new CausalDecoder(config.sizes(), config.rotary(), config.activation())
        .windows(config.windows())
        .tied(config.tied())
        .answering("model")
        .graph(model, weights, form);
  }
}
