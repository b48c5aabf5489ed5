/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import static java.util.Objects.requireNonNull;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A trained array of an adapter.
 *
 * @param key where PEFT keeps it, without {@code base_model.model.} and without the adapter's name,
 *     such as {@code encoder.layer.0.attention.self.query.lora_A.weight}
 * @param variable the name of its variable in the graph, such as {@code
 *     encoder.layer.0.attention.self.query.spam.lora_A.weight}
 * @param array the array itself, not a copy: training writes into it
 */
public record Parameter(String key, String variable, INDArray array) {

  /**
   * Checks that nothing is missing.
   *
   * @param key where PEFT keeps it
   * @param variable the name of its variable
   * @param array the array itself
   */
  public Parameter {
    requireNonNull(key);
    requireNonNull(variable);
    requireNonNull(array);
  }
}
