/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

/** What a training plan keeps of the forward pass for the backward pass. */
public enum TrainingMemory {
  /** All that the gradients read: fastest. */
  KEEP_ACTIVATIONS,
  /**
   * What goes from layer to layer, and the last layer; the others are computed again when their
   * gradients are wanted. Takes about a third more time and a fraction of the memory of a deep
   * model.
   */
  RECOMPUTE_LAYERS
}
