/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.simplify;

import java.util.IdentityHashMap;
import java.util.List;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Origin;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.UnaryKind;
import org.graft4j.engine.rewrite.Pass;
import org.graft4j.engine.rewrite.ProgramCopy;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Drops x + 0, x · 1, casts to the same type, and what undoes itself. */
final class Identities implements Pass {
  private static final long MAX_SCANNED = 1L << 20;

  @Override
  public Program apply(Program program) {
    IdentityHashMap<INDArray, Double> uniform = new IdentityHashMap<>();
    return ProgramCopy.of(
        program, (instruction, inputs, copy) -> replace(instruction, inputs, copy, uniform));
  }

  private static @Nullable List<Operand> replace(
      Instruction instruction,
      List<Operand> inputs,
      ProgramCopy copy,
      IdentityHashMap<INDArray, Double> uniform) {
    Op op = instruction.op();
    if (op instanceof Op.Binary binary) {
      return binary(binary.kind(), instruction, inputs, copy, uniform);
    }
    if (op instanceof Op.Cast cast && cast.dataType() == inputs.get(0).dataType()) {
      return inputs;
    }
    if (op instanceof Op.Unary unary && unary.kind() == UnaryKind.NEG) {
      Instruction inner = copy.producer(inputs.get(0));
      if (inner != null && inner.op().equals(op)) {
        return inner.inputs();
      }
    }
    return null;
  }

  private static @Nullable List<Operand> binary(
      BinaryKind kind,
      Instruction instruction,
      List<Operand> inputs,
      ProgramCopy copy,
      IdentityHashMap<INDArray, Double> uniform) {
    Operand a = inputs.get(0);
    Operand b = inputs.get(1);
    double neutral = kind == BinaryKind.MUL || kind == BinaryKind.DIV ? 1 : 0;
    boolean right =
        kind == BinaryKind.ADD
            || kind == BinaryKind.SUB
            || kind == BinaryKind.MUL
            || kind == BinaryKind.DIV;
    boolean left = kind == BinaryKind.ADD || kind == BinaryKind.MUL;
    Shape result = instruction.output().shape();
    if (right && isUniform(b, neutral, uniform)) {
      return List.of(expanded(a, result, instruction, copy));
    }
    if (left && isUniform(a, neutral, uniform)) {
      return List.of(expanded(b, result, instruction, copy));
    }
    return null;
  }

  private static Operand expanded(
      Operand operand, Shape shape, Instruction instruction, ProgramCopy copy) {
    return operand.shape().equals(shape)
        ? operand
        : copy.add(instruction.origin(), new Op.Broadcast(shape), operand);
  }

  private static boolean isUniform(
      Operand operand, double value, IdentityHashMap<INDArray, Double> uniform) {
    if (!operand.isFrozen()) {
      return false;
    }
    INDArray array = ((Origin.Constant) operand.origin()).array();
    if (isParameter(array)) {
      return false;
    }
    // NaN stands for an array whose elements differ, and equals nothing
    double all = uniform.computeIfAbsent(array, Identities::onlyValue);
    return all == value;
  }

  /** Vectors and matrices may be weights that are written in place later. */
  private static boolean isParameter(INDArray array) {
    return array.dataType().isFPType()
        && array.length() > 1
        && (array.rank() == 1 || array.rank() == 2);
  }

  private static double onlyValue(INDArray array) {
    if (array.length() > MAX_SCANNED || array.isEmpty() || !array.dataType().isNumerical()) {
      return Double.NaN;
    }
    double min = array.minNumber().doubleValue();
    return min == array.maxNumber().doubleValue() ? min : Double.NaN;
  }
}
