/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.fuse;

import java.util.ArrayList;
import java.util.List;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Op.FusedMatMul.Step;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.rewrite.Pass;
import org.graft4j.engine.rewrite.ProgramCopy;
import org.jspecify.annotations.Nullable;

/**
 * Moves a factor behind the products that read the scaled operand: {@code (c·a)·b} becomes {@code
 * c·(a·b)}, which scales in the product's epilogue instead of in a pass over memory.
 */
final class FactorFusion implements Pass {
  @Override
  public Program apply(Program program) {
    Uses uses = new Uses(program);
    return ProgramCopy.of(
        program,
        (instruction, inputs, copy) ->
            instruction.op() instanceof Op.MatMul matMul
                ? scaled(matMul, instruction, inputs, uses, copy)
                : null);
  }

  private static @Nullable List<Operand> scaled(
      Op.MatMul matMul,
      Instruction instruction,
      List<Operand> inputs,
      Uses uses,
      ProgramCopy copy) {
    if (inputs.size() > 2) {
      return null;
    }
    List<Operand> operands = new ArrayList<>(inputs);
    List<Step> steps = new ArrayList<>();
    List<Operand> taken = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Instruction scaling = copy.producer(inputs.get(i));
      int factor = scaling == null ? -1 : Factors.position(scaling);
      if (scaling != null && factor >= 0 && onlyProductsRead(instruction.input(i), uses)) {
        operands.set(i, scaling.input(1 - factor));
        Factors.append(scaling, factor, steps, taken);
      }
    }
    if (steps.isEmpty()) {
      return null;
    }
    operands.addAll(taken);
    return copy.addAll(instruction.origin(), new Op.FusedMatMul(matMul, false, steps), operands);
  }

  private static boolean onlyProductsRead(Operand operand, Uses uses) {
    return !uses.isKept(operand)
        && uses.readers(operand).stream()
            .allMatch(reader -> reader.op() instanceof Op.MatMul && reader.inputs().size() == 2);
  }
}
