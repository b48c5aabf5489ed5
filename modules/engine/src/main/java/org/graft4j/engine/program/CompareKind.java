/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.program;

/** The element-wise comparisons. */
public enum CompareKind {
  /** a = b. */
  EQ,
  /** a ≠ b. */
  NE,
  /** a &lt; b. */
  LT,
  /** a ≤ b. */
  LE,
  /** a &gt; b. */
  GT,
  /** a ≥ b. */
  GE
}
