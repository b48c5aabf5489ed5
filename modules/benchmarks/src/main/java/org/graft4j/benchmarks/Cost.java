/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import java.util.List;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Shape;

/**
 * What an instruction costs.
 *
 * @param instruction the instruction
 * @param nanoseconds the time of its fastest run
 */
record Cost(Instruction instruction, long nanoseconds) {
  /** The name of the op. */
  String kind() {
    return instruction.op().name();
  }

  /** Multiplications and additions of matrix products, both counted; 0 for everything else. */
  long operations() {
    Op op = instruction.op();
    if (op instanceof Op.MatMul product) {
      return product(product);
    }
    if (op instanceof Op.FusedMatMul fused) {
      return product(fused.product());
    }
    if (op instanceof Op.Attention) {
      return attention(instruction.input(0), instruction.input(1), instruction.input(2), 1, 1);
    }
    if (op instanceof Op.AttentionGrad) {
      // scores, dq and dk are products over the features of q, dv and the scores' gradient of v
      return attention(instruction.input(1), instruction.input(2), instruction.input(3), 3, 2);
    }
    return 0;
  }

  private long product(Op.MatMul product) {
    long inner = instruction.input(0).shape().size(product.transposeA() ? -2 : -1);
    return 2 * instruction.output().shape().length() * inner;
  }

  private static long attention(Operand q, Operand k, Operand v, int ofKeys, int ofValues) {
    Shape shape = q.shape();
    long scores = shape.length() / shape.size(-1) * k.shape().size(-2);
    return 2 * scores * (ofKeys * shape.size(-1) + ofValues * v.shape().size(-1));
  }

  /** Bytes of the operands read and written; of a table only the rows that are taken. */
  long bytes() {
    List<Operand> inputs = instruction.inputs();
    long bytes = sum(inputs) + sum(instruction.outputs());
    if (instruction.op() instanceof Op.Gather) {
      bytes += instruction.output().type().bytes() - inputs.get(0).type().bytes();
    }
    return bytes;
  }

  private static long sum(List<Operand> operands) {
    return operands.stream().mapToLong(operand -> operand.type().bytes()).sum();
  }

  /** The operands, as in {@code float[8, 128] float[128, 4] -> float[8, 4]}. */
  String types() {
    return types(instruction.inputs()) + " -> " + types(instruction.outputs());
  }

  private static String types(List<Operand> operands) {
    return String.join(" ", operands.stream().map(operand -> operand.type().toString()).toList());
  }
}
