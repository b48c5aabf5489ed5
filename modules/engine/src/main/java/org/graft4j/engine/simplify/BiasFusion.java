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
import org.graft4j.engine.program.Origin;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.rewrite.Pass;
import org.graft4j.engine.rewrite.ProgramCopy;

/**
 * Gives the bias of a linear layer to its product.
 *
 * <p>Between the two there may be a reshape and the sums of adapters: {@code (reshape(x·w + delta))
 * + bias} becomes {@code reshape((x·w + bias) + delta)}.
 */
final class BiasFusion implements Pass {
  private static final Op ADD = new Op.Binary(BinaryKind.ADD);

  @Override
  public Program apply(Program program) {
    Map<Operand, Integer> uses = new HashMap<>();
    for (Instruction instruction : program.instructions()) {
      instruction.inputs().forEach(input -> uses.merge(input, 1, Integer::sum));
    }
    program.outputs().values().forEach(output -> uses.merge(output, 1, Integer::sum));
    program.gradients().values().forEach(output -> uses.merge(output, 1, Integer::sum));
    Map<Operand, Instruction> producers = new HashMap<>();
    for (Instruction instruction : program.instructions()) {
      instruction.outputs().forEach(output -> producers.put(output, instruction));
    }
    return ProgramCopy.of(
        program,
        (instruction, inputs, copy) -> {
          if (!instruction.op().equals(ADD)) {
            return null;
          }
          for (int i = 0; i < 2; i++) {
            Operand bias = instruction.input(1 - i);
            if (isBias(bias)
                && reachesProduct(instruction.input(i), bias.shape().size(0), producers, uses)) {
              return List.of(fused(inputs.get(i), inputs.get(1 - i), instruction.origin(), copy));
            }
          }
          return null;
        });
  }

  private static boolean isBias(Operand operand) {
    boolean stored =
        operand.origin() instanceof Origin.Constant || operand.origin() instanceof Origin.Trainable;
    return stored && operand.shape().rank() == 1;
  }

  private static boolean reachesProduct(
      Operand operand, long size, Map<Operand, Instruction> producers, Map<Operand, Integer> uses) {
    Instruction producer = producers.get(operand);
    if (producer == null || uses.getOrDefault(operand, 0) != 1) {
      return false;
    }
    if (producer.op() instanceof Op.MatMul) {
      return producer.inputs().size() == 2 && operand.shape().size(-1) == size;
    }
    if (producer.op() instanceof Op.Reshape) {
      Shape before = producer.input(0).shape();
      return before.rank() > 0
          && before.size(-1) == operand.shape().size(-1)
          && reachesProduct(producer.input(0), size, producers, uses);
    }
    return producer.op().equals(ADD)
        && producer.input(0).shape().equals(operand.shape())
        && reachesProduct(producer.input(0), size, producers, uses);
  }

  private static Operand fused(Operand operand, Operand bias, String origin, ProgramCopy copy) {
    Instruction producer = copy.producer(operand);
    if (producer == null) {
      throw new IllegalStateException("the product of " + operand + " is gone");
    }
    if (producer.op() instanceof Op.MatMul) {
      return copy.addAll(
              producer.origin(), producer.op(), List.of(producer.input(0), producer.input(1), bias))
          .get(0);
    }
    Operand inner = fused(producer.input(0), bias, origin, copy);
    if (producer.op() instanceof Op.Reshape) {
      return copy.add(producer.origin(), producer.op(), inner);
    }
    return copy.add(origin, ADD, inner, producer.input(1));
  }
}
