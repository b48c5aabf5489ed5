/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.simplify;

import java.util.List;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Origin;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.rewrite.Pass;
import org.graft4j.engine.rewrite.ProgramCopy;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes constants of what lowering left to compute on constants: fills, casts of numbers, other
 * shapes of an array.
 *
 * <p>A constant in another shape is a view, so that values written into a weight are still seen.
 */
final class ConstantFolding implements Pass {
  private static final long MAX_FILLED = 1L << 20;

  @Override
  public Program apply(Program program) {
    return ProgramCopy.of(program, ConstantFolding::replace);
  }

  private static @Nullable List<Operand> replace(
      Instruction instruction, List<Operand> inputs, ProgramCopy copy) {
    Op op = instruction.op();
    String name = instruction.origin();
    if (op instanceof Op.Fill fill && fill.type().shape().length() <= MAX_FILLED) {
      INDArray array =
          Nd4j.createUninitializedDetached(fill.type().dataType(), fill.type().shape().toArray());
      return List.of(copy.constant(name, array.assign(fill.value())));
    }
    if (inputs.size() != 1 || !inputs.get(0).isFrozen()) {
      return null;
    }
    INDArray array = ((Origin.Constant) inputs.get(0).origin()).array();
    if (op instanceof Op.Reshape reshape && array.ordering() == 'c' && !array.isView()) {
      return List.of(copy.constant(name, array.reshape('c', reshape.shape().toArray())));
    }
    if (op instanceof Op.Cast cast && array.length() == 1) {
      return List.of(copy.constant(name, array.castTo(cast.dataType())));
    }
    return null;
  }
}
