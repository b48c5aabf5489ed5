/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.simplify;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.rewrite.Pass;
import org.graft4j.engine.rewrite.ProgramCopy;

/**
 * Moves a factor for each row in front of a product that makes the rows longer: {@code (a·b) ∘ f}
 * becomes {@code (a ∘ f)·b}, where b is one matrix and f holds one number for a row of it.
 */
final class RowFactors implements Pass {
  private static final Op MUL = new Op.Binary(BinaryKind.MUL);

  @Override
  public Program apply(Program program) {
    Map<Operand, Integer> uses = new HashMap<>();
    for (Instruction instruction : program.instructions()) {
      instruction.inputs().forEach(input -> uses.merge(input, 1, Integer::sum));
    }
    program.kept().forEach(operand -> uses.merge(operand, 1, Integer::sum));
    return ProgramCopy.of(
        program,
        (instruction, inputs, copy) -> {
          for (int i = 0; i < 2 && instruction.op().equals(MUL); i++) {
            Instruction product = copy.producer(inputs.get(i));
            Operand factors = inputs.get(1 - i);
            if (product != null
                && uses.getOrDefault(instruction.input(i), 0) == 1
                && makesRowsLonger(product)
                && isForEachRow(factors.shape(), product)) {
              Operand scaled = copy.add(instruction.origin(), MUL, product.input(0), factors);
              return copy.addAll(product.origin(), product.op(), List.of(scaled, product.input(1)));
            }
          }
          return null;
        });
  }

  private static boolean makesRowsLonger(Instruction product) {
    return product.op() instanceof Op.MatMul matMul
        && !matMul.transposeA()
        && product.inputs().size() == 2
        && product.input(1).shape().rank() == 2
        && product.input(0).shape().size(-1) < product.output().shape().size(-1);
  }

  /** More than one number, that is: one is a factor for the epilogue. */
  private static boolean isForEachRow(Shape factors, Instruction product) {
    Shape result = product.output().shape();
    return factors.length() > 1
        && factors.size(-1) == 1
        && factors.rank() <= result.rank()
        && factors.broadcast(result.with(-1, 1)).equals(result.with(-1, 1));
  }
}
