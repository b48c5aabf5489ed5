/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.differentiate;

import java.util.function.BiConsumer;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.CompareKind;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.ReduceKind;
import org.graft4j.engine.program.Shape;

/** Gradient rules of ops that move or put together elements. */
final class MovementRules {
  private MovementRules() {}

  static void register(BiConsumer<Class<? extends Op>, GradientRule> rules) {
    rules.accept(Op.Gather.class, MovementRules::gather);
    rules.accept(Op.Concat.class, MovementRules::concat);
    rules.accept(Op.Slice.class, MovementRules::slice);
    rules.accept(
        Op.Reshape.class,
        (i, dy, tape) -> tape.give(i.input(0), tape.reshape(dy, i.input(0).shape())));
    rules.accept(Op.Permute.class, MovementRules::permute);
    rules.accept(Op.Broadcast.class, (i, dy, tape) -> tape.give(i.input(0), dy));
    rules.accept(Op.Reduce.class, MovementRules::reduce);
  }

  static boolean hasRule(Op.Reduce reduce) {
    return reduce.kind() != ReduceKind.PROD;
  }

  private static void gather(Instruction i, Operand dy, Tape tape) {
    int axis = ((Op.Gather) i.op()).axis();
    Operand table = i.input(0);
    tape.give(table, tape.add(new Op.ScatterAdd(axis, table.shape().size(axis)), i.input(1), dy));
  }

  private static void concat(Instruction i, Operand dy, Tape tape) {
    int axis = ((Op.Concat) i.op()).axis();
    long begin = 0;
    for (Operand part : i.inputs()) {
      long end = begin + part.shape().size(axis);
      if (tape.wants(part)) {
        tape.give(part, tape.add(Op.Slice.along(dy.shape(), axis, begin, end), dy));
      }
      begin = end;
    }
  }

  private static void slice(Instruction i, Operand dy, Tape tape) {
    Shape shape = i.input(0).shape();
    tape.give(i.input(0), tape.add(new Op.SliceGrad((Op.Slice) i.op(), shape), dy));
  }

  private static void permute(Instruction i, Operand dy, Tape tape) {
    Op.Permute permute = (Op.Permute) i.op();
    int[] inverse = new int[permute.axes().length()];
    for (int axis = 0; axis < inverse.length; axis++) {
      inverse[permute.axes().get(axis)] = axis;
    }
    tape.give(i.input(0), tape.add(Op.Permute.of(inverse), dy));
  }

  private static void reduce(Instruction i, Operand dy, Tape tape) {
    Op.Reduce reduce = (Op.Reduce) i.op();
    Operand x = i.input(0);
    Shape kept = x.shape();
    long count = 1;
    for (int axis : reduce.axes().toArray()) {
      count *= kept.size(axis);
      kept = kept.with(axis, 1);
    }
    Operand column = tape.reshape(dy, kept);
    switch (reduce.kind()) {
      case SUM -> tape.give(x, tape.add(new Op.Broadcast(x.shape()), column));
      case MEAN ->
          tape.give(x, tape.add(new Op.Broadcast(x.shape()), tape.scale(column, 1.0 / count)));
      case MAX, MIN -> tape.give(x, extreme(i, column, kept, tape));
      default -> throw new IllegalStateException("no gradient rule for " + reduce);
    }
  }

  /** The gradient is shared evenly by all elements that are the extreme one. */
  private static Operand extreme(Instruction i, Operand column, Shape kept, Tape tape) {
    Operand x = i.input(0);
    Operand y = tape.reshape(i.output(), kept);
    Operand chosen = tape.add(new Op.Compare(CompareKind.EQ), x, y);
    Operand ones = tape.add(new Op.Cast(x.dataType()), chosen);
    Operand share = tape.binary(BinaryKind.DIV, column, tape.reduceTo(ones, kept));
    return tape.multiply(ones, share);
  }
}
