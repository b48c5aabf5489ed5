/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

/** The numbers that a compiled graph computes with. */
public enum Precision {
  /** Those of the graph: floats where it has floats. */
  FP32,
  /**
   * Matrices that are constants of the graph are rounded to 16 bits (bfloat16: 8 bits of exponent,
   * 8 of significand) when they first meet a product, and so is what they are multiplied with where
   * the processor multiplies such numbers. Everything else, sums, norms, softmax, variables and
   * their gradients, stays as it is. Values written into a constant matrix later are not seen.
   */
  BF16
}
