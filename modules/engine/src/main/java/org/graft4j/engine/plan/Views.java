/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.plan;

import java.util.OptionalLong;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Shape;

/** Tells which instructions only look at the memory of their input in another way. */
final class Views {
  private Views() {}

  /**
   * The index of the output's first element in its first input, or empty when the instruction has
   * to compute something.
   */
  static OptionalLong offset(Instruction instruction) {
    Op op = instruction.op();
    if (op instanceof Op.Reshape
        || (op instanceof Op.Cast cast && cast.dataType() == instruction.input(0).dataType())
        || (op instanceof Op.Broadcast
            && instruction.input(0).shape().length() == instruction.output().shape().length())
        || (op instanceof Op.Permute permute
            && keepsOrder(permute, instruction.input(0).shape()))) {
      return OptionalLong.of(0);
    }
    if (op instanceof Op.Slice slice) {
      return offset(slice, instruction.input(0).shape(), instruction.output().shape());
    }
    return OptionalLong.empty();
  }

  /**
   * A part is contiguous when it is one index of the outer axes, a range of one axis, and all of
   * the inner ones.
   */
  private static OptionalLong offset(Op.Slice slice, Shape from, Shape to) {
    long offset = 0;
    long stride = 1;
    boolean cut = false;
    for (int axis = from.rank() - 1; axis >= 0; axis--) {
      boolean single = to.size(axis) == 1;
      if ((slice.step().get(axis) != 1 && !single) || (cut && !single)) {
        return OptionalLong.empty();
      }
      offset += slice.begin().get(axis) * stride;
      stride *= from.size(axis);
      cut |= to.size(axis) != from.size(axis);
    }
    return OptionalLong.of(offset);
  }

  private static boolean keepsOrder(Op.Permute permute, Shape shape) {
    int last = -1;
    for (int axis : permute.axes().toArray()) {
      if (shape.size(axis) != 1) {
        if (axis < last) {
          return false;
        }
        last = axis;
      }
    }
    return true;
  }
}
