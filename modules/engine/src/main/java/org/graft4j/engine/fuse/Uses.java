/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.fuse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Program;
import org.jspecify.annotations.Nullable;

/** Who writes and who reads the operands of a program. */
final class Uses {
  private final Map<Operand, Integer> producers = new HashMap<>();
  private final Map<Operand, List<Instruction>> readers = new HashMap<>();
  private final Set<Operand> kept;
  private final List<Instruction> instructions;

  Uses(Program program) {
    instructions = program.instructions();
    for (int i = 0; i < instructions.size(); i++) {
      Instruction instruction = instructions.get(i);
      for (Operand input : instruction.inputs()) {
        readers.computeIfAbsent(input, key -> new ArrayList<>()).add(instruction);
      }
      for (Operand output : instruction.outputs()) {
        producers.put(output, i);
      }
    }
    kept = program.kept();
  }

  /** Each read of an operand; empty when it is only handed out. */
  List<Instruction> readers(Operand operand) {
    return readers.getOrDefault(operand, List.of());
  }

  boolean isKept(Operand operand) {
    return kept.contains(operand);
  }

  /** The position of the instruction that computes an operand; −1 for leaves. */
  int position(Operand operand) {
    return producers.getOrDefault(operand, -1);
  }

  /**
   * The position of the instruction that computes an operand which is read once, through reshapes
   * that are read once; −1 when others read it too.
   */
  int solePosition(Operand operand) {
    @Nullable Operand at = operand;
    while (true) {
      int position = position(at);
      if (position < 0 || isKept(at) || readers(at).size() != 1) {
        return -1;
      }
      Instruction producer = instructions.get(position);
      if (!(producer.op() instanceof Op.Reshape)) {
        return position;
      }
      at = producer.input(0);
    }
  }
}
