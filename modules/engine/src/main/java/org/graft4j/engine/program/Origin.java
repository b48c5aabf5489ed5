/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.program;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Where an operand's elements come from. */
public sealed interface Origin {
  /**
   * Given at every run.
   *
   * @param name the placeholder
   */
  record Input(String name) implements Origin {}

  /**
   * Frozen: the array of the graph itself, not a copy.
   *
   * @param name the constant
   * @param array its array
   * @param live true when the values may change between runs, as those of gates and variables do:
   *     it is read at every run and never folded
   */
  record Constant(String name, INDArray array, boolean live) implements Origin {}

  /**
   * Trained: the array of the graph itself, which changes between runs.
   *
   * @param name the variable
   * @param array its array
   */
  record Trainable(String name, INDArray array) implements Origin {}

  /** Computed by an instruction. */
  record Result() implements Origin {}
}
