/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.differentiate;

import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.ReduceKind;
import org.graft4j.engine.program.Shape;

/**
 * y = op(a)·op(b) + bias, where op transposes or not.
 *
 * <pre>
 *   da = dy·op(b)ᵀ        (transposed when a was)
 *   db = op(a)ᵀ·dy        (transposed when b was; all rows together when b is one matrix for many)
 *   dbias = sum of the rows of dy
 * </pre>
 */
final class MatMulRule implements GradientRule {
  @Override
  public void apply(Instruction i, Operand dy, Tape tape) {
    Op.MatMul op = (Op.MatMul) i.op();
    Operand a = i.input(0);
    Operand b = i.input(1);
    if (tape.wants(a)) {
      tape.give(a, first(op, a, b, dy, tape));
    }
    if (tape.wants(b)) {
      tape.give(b, second(op, a, b, dy, tape));
    }
    if (i.inputs().size() == 3) {
      tape.give(i.input(2), dy);
    }
  }

  private static Operand first(Op.MatMul op, Operand a, Operand b, Operand dy, Tape tape) {
    if (!op.transposeA()) {
      return tape.add(new Op.MatMul(false, !op.transposeB()), dy, b);
    }
    if (b.shape().rank() == a.shape().rank()) {
      return tape.add(new Op.MatMul(op.transposeB(), true), b, dy);
    }
    return swap(tape.add(new Op.MatMul(false, !op.transposeB()), dy, b), tape);
  }

  private static Operand second(Op.MatMul op, Operand a, Operand b, Operand dy, Tape tape) {
    boolean shared = a.shape().rank() > 2 && b.shape().rank() == 2;
    if (shared && !op.transposeA()) {
      return product(op, rows(a, tape), rows(dy, tape), tape);
    }
    Operand product = product(op, a, dy, tape);
    if (!shared) {
      return product;
    }
    int[] leading = new int[a.shape().rank() - 2];
    for (int axis = 0; axis < leading.length; axis++) {
      leading[axis] = axis;
    }
    return tape.add(Op.Reduce.of(ReduceKind.SUM, false, leading), product);
  }

  private static Operand product(Op.MatMul op, Operand a, Operand dy, Tape tape) {
    return op.transposeB()
        ? tape.add(new Op.MatMul(true, op.transposeA()), dy, a)
        : tape.add(new Op.MatMul(!op.transposeA(), false), a, dy);
  }

  private static Operand rows(Operand a, Tape tape) {
    return tape.reshape(a, Shape.of(a.shape().rows(), a.shape().size(-1)));
  }

  private static Operand swap(Operand a, Tape tape) {
    int rank = a.shape().rank();
    int[] axes = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      axes[axis] = axis;
    }
    axes[rank - 2] = rank - 1;
    axes[rank - 1] = rank - 2;
    return tape.add(Op.Permute.of(axes), a);
  }
}
