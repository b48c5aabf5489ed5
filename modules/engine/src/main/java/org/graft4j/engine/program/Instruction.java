/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.program;

import java.util.List;

/**
 * One application of an {@link Op}.
 *
 * @param op what is computed
 * @param inputs the operands read, in the order that the op documents
 * @param outputs the operands written, in the order that the op documents
 * @param origin the graph node (or module path) that this was lowered from, for messages
 */
public record Instruction(Op op, List<Operand> inputs, List<Operand> outputs, String origin) {
  /**
   * Copies the lists.
   *
   * @param op what is computed
   * @param inputs the operands read
   * @param outputs the operands written
   * @param origin the graph node
   */
  public Instruction {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * Returns one operand read.
   *
   * @param index its position
   * @return the operand
   */
  public Operand input(int index) {
    return inputs.get(index);
  }

  /**
   * Returns the first operand written.
   *
   * @return the operand
   */
  public Operand output() {
    return outputs.get(0);
  }
}
