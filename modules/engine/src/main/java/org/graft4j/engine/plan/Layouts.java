/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.plan;

import com.google.common.primitives.ImmutableLongArray;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.graft4j.engine.kernels.Kernels;
import org.graft4j.engine.kernels.Layout;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Program;
import org.jspecify.annotations.Nullable;

/**
 * Says which operands are views of the memory of others.
 *
 * <p>A permutation moves nothing when all who read it take a strided view, or when the one who
 * wrote its input can write a strided view: attention heads are split and joined that way.
 */
final class Layouts {
  private final Program program;
  private final Kernels kernels;
  private final View[] views;
  private final boolean[] moves;
  private final List<List<Use>> uses = new ArrayList<>();

  /**
   * How an operand looks at memory.
   *
   * @param root the operand whose memory it is; the operand itself when it has memory of its own
   * @param offset the index of the first element
   * @param strides the distance of neighbours along each axis; null when contiguous
   */
  record View(Operand root, long offset, @Nullable ImmutableLongArray strides) {}

  private record Use(int instruction, int input) {}

  private Layouts(Program program, Kernels kernels) {
    this.program = program;
    this.kernels = kernels;
    this.views = new View[program.operands().size()];
    this.moves = new boolean[program.instructions().size()];
  }

  static Layouts of(Program program, Kernels kernels, Set<Operand> kept) {
    Layouts layouts = new Layouts(program, kernels);
    layouts.resolve(kept);
    return layouts;
  }

  View of(Operand operand) {
    return views[operand.id()];
  }

  /** Whether an instruction has to run: not a view, and its result is not empty. */
  boolean runs(int instruction) {
    return moves[instruction];
  }

  /** How the operands of an instruction lie. */
  Layout layout(Instruction instruction) {
    return new Layout(
        instruction.inputs().stream().map(this::strides).toList(),
        instruction.outputs().stream().map(this::strides).toList());
  }

  private ImmutableLongArray strides(Operand operand) {
    ImmutableLongArray strides = of(operand).strides();
    return strides == null ? Layout.contiguous(operand.shape()) : strides;
  }

  private void resolve(Set<Operand> kept) {
    int[] producers = new int[views.length];
    for (Operand operand : program.operands()) {
      views[operand.id()] = new View(operand, 0, null);
      uses.add(new ArrayList<>());
      producers[operand.id()] = -1;
    }
    List<Instruction> instructions = program.instructions();
    for (int i = 0; i < instructions.size(); i++) {
      Instruction instruction = instructions.get(i);
      for (int j = 0; j < instruction.inputs().size(); j++) {
        uses.get(instruction.input(j).id()).add(new Use(i, j));
      }
      for (Operand output : instruction.outputs()) {
        producers[output.id()] = i;
      }
    }
    for (int i = 0; i < instructions.size(); i++) {
      Instruction instruction = instructions.get(i);
      moves[i] = instruction.outputs().stream().anyMatch(o -> o.shape().length() > 0);
      OptionalLong offset = Views.offset(instruction);
      if (offset.isPresent()) {
        View input = of(instruction.input(0));
        views[instruction.output().id()] =
            new View(input.root(), input.offset() + offset.getAsLong(), input.strides());
        moves[i] = false;
      } else if (instruction.op() instanceof Op.Append) {
        views[instruction.output().id()] = of(instruction.input(0));
      } else if (moves[i] && instruction.op() instanceof Op.Permute permute) {
        moves[i] =
            !readStrided(permute, instruction, kept)
                && !writeStrided(permute, instruction, producers, kept);
      }
    }
  }

  private boolean readStrided(Op.Permute permute, Instruction instruction, Set<Operand> kept) {
    Operand output = instruction.output();
    View input = of(instruction.input(0));
    if (input.strides() != null || kept.contains(output)) {
      return false;
    }
    ImmutableLongArray from = Layout.contiguous(instruction.input(0).shape());
    ImmutableLongArray.Builder builder = ImmutableLongArray.builder(from.length());
    permute.axes().forEach(axis -> builder.add(from.get(axis)));
    ImmutableLongArray strides = builder.build();
    for (Use use : uses.get(output.id())) {
      Instruction reader = program.instructions().get(use.instruction);
      if (Views.offset(reader).isPresent() || !kernels.readsStrided(reader, use.input, strides)) {
        return false;
      }
    }
    views[output.id()] = new View(input.root(), input.offset(), strides);
    return true;
  }

  private boolean writeStrided(
      Op.Permute permute, Instruction instruction, int[] producers, Set<Operand> kept) {
    Operand input = instruction.input(0);
    Operand output = instruction.output();
    int producer = producers[input.id()];
    boolean sole = uses.get(input.id()).size() == 1 && !kept.contains(input);
    if (!sole || producer < 0 || !moves[producer] || of(input).root() != input) {
      return false;
    }
    ImmutableLongArray to = Layout.contiguous(output.shape());
    long[] order = new long[to.length()];
    for (int axis = 0; axis < order.length; axis++) {
      order[permute.axes().get(axis)] = to.get(axis);
    }
    ImmutableLongArray strides = ImmutableLongArray.copyOf(order);
    Instruction writer = program.instructions().get(producer);
    if (!kernels.writesStrided(writer, writer.outputs().indexOf(input), strides)) {
      return false;
    }
    views[input.id()] = new View(output, 0, strides);
    return true;
  }
}
