/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.differentiate;

import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Operand;

/** How the gradient of an instruction's first output becomes gradients of its inputs. */
@FunctionalInterface
interface GradientRule {
  /**
   * Gives gradients to the inputs that want one.
   *
   * @param instruction the instruction
   * @param dy the gradient of its first output
   * @param tape takes new instructions and gradients
   */
  void apply(Instruction instruction, Operand dy, Tape tape);
}
