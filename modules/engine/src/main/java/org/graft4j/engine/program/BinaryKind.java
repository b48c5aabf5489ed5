/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.program;

/** The element-wise functions of two operands. */
public enum BinaryKind {
  /** a + b. */
  ADD,
  /** a − b. */
  SUB,
  /** a · b. */
  MUL,
  /** a / b. */
  DIV,
  /** The larger one. */
  MAX,
  /** The smaller one. */
  MIN,
  /** a to the power b. */
  POW
}
