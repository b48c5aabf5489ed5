/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters.lora;

import java.util.Map;
import org.graft4j.adapters.AdapterMethod;
import org.graft4j.adapters.Graft;
import org.graft4j.graph.roles.Linear;
import org.nd4j.linalg.api.ndarray.INDArray;

/** LoRA's rewrite; the package description draws it. */
final class Lora implements AdapterMethod {

  private final LoraConfig config;

  Lora(LoraConfig config) {
    this.config = config;
  }

  @Override
  public void graft(Graft graft) {
    throw new UnsupportedOperationException();
  }

  @Override
  public INDArray fold(
      Linear site, INDArray weight, Map<String, INDArray> parameters, double scale) {
    throw new UnsupportedOperationException();
  }

  @Override
  public double scale(String path) {
    return config.alpha() / config.rank();
  }
}
