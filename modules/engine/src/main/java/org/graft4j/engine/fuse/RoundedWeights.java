/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.fuse;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Origin;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.rewrite.Pass;
import org.graft4j.engine.rewrite.ProgramCopy;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Gives products the frozen matrices they read in BFLOAT16, each rounded once for all programs that
 * this is applied to. Comes last, because no pass but this knows products of mixed types.
 *
 * <p>Not thread-safe.
 */
public final class RoundedWeights implements Pass, AutoCloseable {
  // what is smaller saves nothing
  private static final int MIN_SIZE = 32;

  private final IdentityHashMap<INDArray, INDArray> rounded = new IdentityHashMap<>();

  @Override
  public Program apply(Program program) {
    return ProgramCopy.of(program, this::replace);
  }

  private @Nullable List<Operand> replace(
      Instruction instruction, List<Operand> inputs, ProgramCopy copy) {
    boolean product =
        instruction.op() instanceof Op.MatMul || instruction.op() instanceof Op.FusedMatMul;
    if (!product || !isWeight(inputs.get(1))) {
      return null;
    }
    Origin.Constant weight = (Origin.Constant) inputs.get(1).origin();
    INDArray array = rounded.computeIfAbsent(weight.array(), RoundedWeights::round);
    List<Operand> operands = new ArrayList<>(inputs);
    operands.set(1, copy.constant(weight.name(), array));
    return copy.addAll(instruction.origin(), instruction.op(), operands);
  }

  private static boolean isWeight(Operand operand) {
    return operand.isFrozen()
        && operand.dataType() == DataType.FLOAT
        && operand.shape().rank() == 2
        && Math.min(operand.shape().size(0), operand.shape().size(1)) >= MIN_SIZE;
  }

  private static INDArray round(INDArray array) {
    INDArray result = Nd4j.createUninitializedDetached(DataType.BFLOAT16, array.shape());
    return result.assign(array);
  }

  /** Frees the rounded matrices. */
  @Override
  public void close() {
    rounded.values().forEach(INDArray::close);
    rounded.clear();
  }
}
