/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.fuse;

import java.util.List;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Op.FusedMatMul.Step;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Origin;

/** Multiplications and divisions by one number. */
final class Factors {
  private Factors() {}

  /** Which operand of an instruction is a number that scales the other; −1 when none does. */
  static int position(Instruction instruction) {
    if (!(instruction.op() instanceof Op.Binary binary)) {
      return -1;
    }
    boolean product = binary.kind() == BinaryKind.MUL;
    boolean quotient = binary.kind() == BinaryKind.DIV && instruction.input(1).isFrozen();
    for (int i = 1; i >= 0; i--) {
      boolean number =
          instruction.input(i).shape().length() == 1
              && instruction.input(1 - i).shape().equals(instruction.output().shape());
      if (number && (product || (quotient && i == 1))) {
        return i;
      }
    }
    return -1;
  }

  /** Adds the step, and its operand unless the number is fixed. */
  static void append(
      Instruction instruction, int factor, List<Step> steps, List<Operand> operands) {
    Operand number = instruction.input(factor);
    if (number.isFrozen()) {
      steps.add(new Step.Scale(value(instruction, factor)));
    } else {
      steps.add(new Step.Multiply());
      operands.add(number);
    }
  }

  /** What a fixed number multiplies by. */
  static double value(Instruction instruction, int factor) {
    Origin.Constant number = (Origin.Constant) instruction.input(factor).origin();
    double value = number.array().getDouble(0);
    boolean quotient =
        instruction.op() instanceof Op.Binary binary && binary.kind() == BinaryKind.DIV;
    return quotient ? 1 / value : value;
  }
}
