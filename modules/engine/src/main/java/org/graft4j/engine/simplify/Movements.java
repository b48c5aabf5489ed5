/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.simplify;

import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.List;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.rewrite.Pass;
import org.graft4j.engine.rewrite.ProgramCopy;
import org.jspecify.annotations.Nullable;

/** Merges reshapes and permutations in a row, and drops movements that move nothing. */
final class Movements implements Pass {

  @Override
  public Program apply(Program program) {
    return ProgramCopy.of(program, Movements::replace);
  }

  private static @Nullable List<Operand> replace(
      Instruction instruction, List<Operand> inputs, ProgramCopy copy) {
    Op op = instruction.op();
    if (op instanceof Op.Reshape reshape) {
      return reshape(reshape, instruction, inputs.get(0), copy);
    }
    if (op instanceof Op.Permute permute) {
      return permute(permute, instruction, inputs.get(0), copy);
    }
    if (op instanceof Op.Broadcast broadcast && broadcast.shape().equals(inputs.get(0).shape())) {
      return inputs;
    }
    if (op instanceof Op.Concat && inputs.size() == 1) {
      return inputs;
    }
    if (op instanceof Op.Binary || op instanceof Op.Compare || op instanceof Op.Select) {
      return withoutBroadcasts(instruction, inputs, copy);
    }
    return null;
  }

  private static @Nullable List<Operand> reshape(
      Op.Reshape reshape, Instruction instruction, Operand x, ProgramCopy copy) {
    if (x.shape().equals(reshape.shape())) {
      return List.of(x);
    }
    Instruction inner = copy.producer(x);
    if (inner != null && inner.op() instanceof Op.Reshape) {
      Operand source = inner.input(0);
      return List.of(
          source.shape().equals(reshape.shape())
              ? source
              : copy.add(instruction.origin(), reshape, source));
    }
    return null;
  }

  private static @Nullable List<Operand> permute(
      Op.Permute permute, Instruction instruction, Operand x, ProgramCopy copy) {
    ImmutableIntArray axes = permute.axes();
    if (isIdentity(axes)) {
      return List.of(x);
    }
    if (movesOnlyOnes(axes, x.shape())) {
      return List.of(
          copy.add(instruction.origin(), new Op.Reshape(instruction.output().shape()), x));
    }
    Instruction inner = copy.producer(x);
    if (inner != null && inner.op() instanceof Op.Permute before) {
      int[] both = new int[axes.length()];
      for (int i = 0; i < both.length; i++) {
        both[i] = before.axes().get(axes.get(i));
      }
      Op merged = Op.Permute.of(both);
      return List.of(
          isIdentity(ImmutableIntArray.copyOf(both))
              ? inner.input(0)
              : copy.add(instruction.origin(), merged, inner.input(0)));
    }
    return null;
  }

  private static boolean isIdentity(ImmutableIntArray axes) {
    for (int i = 0; i < axes.length(); i++) {
      if (axes.get(i) != i) {
        return false;
      }
    }
    return true;
  }

  /** Whether the axes longer than 1 stay in order, so that no element moves. */
  private static boolean movesOnlyOnes(ImmutableIntArray axes, Shape shape) {
    int last = -1;
    for (int i = 0; i < axes.length(); i++) {
      int axis = axes.get(i);
      if (shape.size(axis) > 1) {
        if (axis < last) {
          return false;
        }
        last = axis;
      }
    }
    return true;
  }

  /**
   * What broadcasts anyway needs no operand broadcast before, as long as the result keeps its
   * shape.
   */
  private static @Nullable List<Operand> withoutBroadcasts(
      Instruction instruction, List<Operand> inputs, ProgramCopy copy) {
    List<Operand> sources = new ArrayList<>(inputs);
    boolean changed = false;
    for (int i = 0; i < sources.size(); i++) {
      Instruction producer = copy.producer(sources.get(i));
      if (producer == null || !(producer.op() instanceof Op.Broadcast)) {
        continue;
      }
      Operand before = sources.set(i, producer.input(0));
      if (common(sources).equals(instruction.output().shape())) {
        changed = true;
      } else {
        sources.set(i, before);
      }
    }
    return changed ? copy.addAll(instruction.origin(), instruction.op(), sources) : null;
  }

  private static Shape common(List<Operand> operands) {
    Shape shape = Shape.scalar();
    for (Operand operand : operands) {
      shape = shape.broadcast(operand.shape());
    }
    return shape;
  }
}
