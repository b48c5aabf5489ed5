/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.program;

/** The element-wise functions of booleans. */
public enum LogicKind {
  /** Both. */
  AND,
  /** At least one. */
  OR,
  /** Exactly one. */
  XOR,
  /** The opposite; of one operand. */
  NOT
}
