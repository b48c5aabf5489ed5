/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.fuse;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Origin;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.rewrite.DeadCode;
import org.graft4j.engine.rewrite.Pass;
import org.graft4j.engine.rewrite.ProgramCopy;
import org.jspecify.annotations.Nullable;

/**
 * Makes one instruction of scores, scale, mask, softmax and their product with the values, where
 * the array of all scores would be large.
 *
 * <p>Made before differentiation, so that the derivative does not hold the scores either. A mask
 * that depends on a trained value is left as it is.
 */
public final class AttentionFusion implements Pass {
  private static final long LONG = 512;

  private final long minLength;

  /** Makes the pass for attention to 512 keys and more. */
  public AttentionFusion() {
    this(LONG);
  }

  /**
   * Makes the pass.
   *
   * @param minLength the least number of keys that is fused
   */
  public AttentionFusion(long minLength) {
    this.minLength = minLength;
  }

  @Override
  public Program apply(Program program) {
    Uses uses = new Uses(program);
    Set<Operand> trained = trained(program);
    Program fused =
        ProgramCopy.of(
            program,
            (instruction, inputs, copy) -> {
              Found found = find(instruction, program, uses);
              if (found == null || (found.mask != null && trained.contains(found.mask))) {
                return null;
              }
              List<Operand> operands =
                  new ArrayList<>(List.of(found.q, found.k, instruction.input(1)));
              if (found.mask != null) {
                operands.add(found.mask);
              }
              return copy.addAll(
                  instruction.origin(),
                  new Op.Attention(found.scale),
                  operands.stream().map(copy::map).toList());
            });
    return new DeadCode().apply(fused);
  }

  /**
   * An attention, with operands of the program that is read.
   *
   * @param q the queries
   * @param k the keys
   * @param scale the factor of the scores
   * @param mask what is added to the scores
   */
  private record Found(Operand q, Operand k, double scale, @Nullable Operand mask) {}

  private @Nullable Found find(Instruction instruction, Program program, Uses uses) {
    if (!isProduct(instruction, false) || !fits(instruction)) {
      return null;
    }
    Instruction softmax = sole(instruction.input(0), program, uses);
    if (softmax == null
        || !(softmax.op() instanceof Op.Softmax op)
        || op.axis() != softmax.output().shape().rank() - 1) {
      return null;
    }
    Operand mask = null;
    double scale = 1;
    Instruction at = sole(softmax.input(0), program, uses);
    if (at != null && at.op().equals(new Op.Binary(BinaryKind.ADD))) {
      int scores = isMask(at.input(1), at.output().shape()) ? 0 : 1;
      mask = at.input(1 - scores);
      if (!isMask(mask, at.output().shape())) {
        return null;
      }
      at = sole(at.input(scores), program, uses);
    }
    int factor = at == null ? -1 : Factors.position(at);
    if (at != null && factor >= 0 && at.input(factor).isFrozen()) {
      scale = Factors.value(at, factor);
      at = sole(at.input(1 - factor), program, uses);
    }
    return at != null && isProduct(at, true)
        ? new Found(at.input(0), at.input(1), scale, mask)
        : null;
  }

  private boolean fits(Instruction instruction) {
    Shape values = instruction.input(1).shape();
    return values.size(-2) >= minLength && values.rank() > 2;
  }

  /** A mask is smaller than the scores: an array of their size would be a score itself. */
  private static boolean isMask(Operand operand, Shape scores) {
    return operand.shape().rank() == scores.rank()
        && operand.shape().length() < scores.length()
        && operand.shape().broadcast(scores).equals(scores);
  }

  private static boolean isProduct(Instruction instruction, boolean transposeB) {
    return instruction.op().equals(new Op.MatMul(false, transposeB))
        && instruction.inputs().size() == 2
        && instruction.input(1).shape().rank() > 2;
  }

  private static @Nullable Instruction sole(Operand operand, Program program, Uses uses) {
    int position = uses.position(operand);
    return position >= 0 && !uses.isKept(operand) && uses.readers(operand).size() == 1
        ? program.instructions().get(position)
        : null;
  }

  private static Set<Operand> trained(Program program) {
    Set<Operand> trained = new HashSet<>();
    for (Operand operand : program.operands()) {
      if (operand.origin() instanceof Origin.Trainable) {
        trained.add(operand);
      }
    }
    for (Instruction instruction : program.instructions()) {
      if (instruction.inputs().stream().anyMatch(trained::contains)) {
        trained.addAll(instruction.outputs());
      }
    }
    return trained;
  }
}
