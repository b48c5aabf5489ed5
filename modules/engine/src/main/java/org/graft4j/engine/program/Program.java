/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.program;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Instructions in the order in which they run, and which operands are wanted.
 *
 * @param operands all operands, at the index of their number
 * @param instructions the instructions; each operand is written before it is read
 * @param outputs the operands to keep until the next run, by name
 * @param gradients the gradients of trainables, by the trainable's name; empty before
 *     differentiation
 * @param loss the scalar that gradients are of, null in inference
 */
public record Program(
    List<Operand> operands,
    List<Instruction> instructions,
    Map<String, Operand> outputs,
    Map<String, Operand> gradients,
    @Nullable Operand loss) {
  /**
   * Copies the collections; maps keep their order.
   *
   * @param operands all operands
   * @param instructions the instructions
   * @param outputs the wanted operands
   * @param gradients the gradients
   * @param loss the loss
   */
  public Program {
    operands = List.copyOf(operands);
    instructions = List.copyOf(instructions);
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    gradients = Collections.unmodifiableMap(new LinkedHashMap<>(gradients));
  }

  /**
   * Returns what a run hands out.
   *
   * @return a new set of the outputs, the gradients and the loss, for the caller to change
   */
  public Set<Operand> kept() {
    Set<Operand> kept = new HashSet<>(outputs.values());
    kept.addAll(gradients.values());
    if (loss != null) {
      kept.add(loss);
    }
    return kept;
  }

  /** Returns a stable, readable dump with one line for each instruction. */
  @Override
  public String toString() {
    return ProgramPrinter.print(this);
  }
}
