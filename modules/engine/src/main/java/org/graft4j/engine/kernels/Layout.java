/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import com.google.common.primitives.ImmutableLongArray;
import java.util.List;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Shape;

/**
 * How the operands of an instruction lie in memory: for each, the distance of neighbours along each
 * axis, in elements.
 *
 * @param inputs the strides of the operands read
 * @param outputs the strides of the operands written
 */
public record Layout(List<ImmutableLongArray> inputs, List<ImmutableLongArray> outputs) {
  /**
   * Copies the lists.
   *
   * @param inputs the strides of the operands read
   * @param outputs the strides of the operands written
   */
  public Layout {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * Returns the layout in which every operand is contiguous.
   *
   * @param instruction the instruction
   * @return the layout
   */
  public static Layout contiguous(Instruction instruction) {
    return new Layout(
        instruction.inputs().stream().map(Layout::contiguous).toList(),
        instruction.outputs().stream().map(Layout::contiguous).toList());
  }

  private static ImmutableLongArray contiguous(Operand operand) {
    return contiguous(operand.shape());
  }

  /**
   * Returns the strides of a contiguous array in c order.
   *
   * @param shape its shape
   * @return the strides
   */
  public static ImmutableLongArray contiguous(Shape shape) {
    long[] strides = new long[shape.rank()];
    long stride = 1;
    for (int axis = strides.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape.size(axis);
    }
    return ImmutableLongArray.copyOf(strides);
  }
}
