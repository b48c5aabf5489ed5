/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.rewrite;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Program;

/** Drops instructions that nothing asks for, and operands that nothing reads. */
public final class DeadCode implements Pass {
  /** Makes the pass. */
  public DeadCode() {}

  @Override
  public Program apply(Program program) {
    Set<Operand> live = program.kept();
    List<Instruction> all = program.instructions();
    Set<Instruction> kept = new HashSet<>();
    for (int i = all.size() - 1; i >= 0; i--) {
      Instruction instruction = all.get(i);
      if (instruction.outputs().stream().anyMatch(live::contains)) {
        kept.add(instruction);
        live.addAll(instruction.inputs());
      }
    }
    boolean operandsUnused =
        program.operands().stream().anyMatch(o -> !o.isResult() && !live.contains(o));
    if (kept.size() == all.size() && !operandsUnused) {
      return program;
    }
    Program smaller =
        new Program(
            program.operands(),
            all.stream().filter(kept::contains).toList(),
            program.outputs(),
            program.gradients(),
            program.loss());
    // replacing every instruction by itself numbers the operands anew
    return ProgramCopy.of(
        smaller,
        (instruction, inputs, copy) -> copy.addAll(instruction.origin(), instruction.op(), inputs));
  }
}
