/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.program;

import java.util.stream.Collectors;

/**
 * Prints programs, one line for each instruction: outputs with types, op with attributes, inputs,
 * and where it comes from.
 */
public final class ProgramPrinter {
  private ProgramPrinter() {}

  /**
   * Returns a stable dump.
   *
   * @param program the program
   * @return lines such as {@code %7 float[8, 4] = MatMul[transposeA=false, transposeB=true](%3,
   *     'w') # dense/mmul}
   */
  public static String print(Program program) {
    StringBuilder text = new StringBuilder();
    for (Instruction instruction : program.instructions()) {
      text.append(print(instruction)).append('\n');
    }
    program
        .outputs()
        .forEach(
            (name, operand) ->
                text.append("output '").append(name).append("' = ").append(operand).append('\n'));
    program
        .gradients()
        .forEach(
            (name, operand) ->
                text.append("gradient '").append(name).append("' = ").append(operand).append('\n'));
    if (program.loss() != null) {
      text.append("loss = ").append(program.loss()).append('\n');
    }
    return text.toString();
  }

  static String print(Instruction instruction) {
    String outputs =
        instruction.outputs().stream()
            .map(o -> o + " " + o.type())
            .collect(Collectors.joining(", "));
    String inputs =
        instruction.inputs().stream().map(Operand::toString).collect(Collectors.joining(", "));
    String op =
        instruction.op() instanceof Op.SameDiffOp
            ? instruction.op().name()
            : instruction.op().toString();
    return outputs + " = " + op + "(" + inputs + ")  # " + instruction.origin();
  }
}
