/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.rewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Origin;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.ProgramBuilder;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/*
 * The program is read instruction by instruction and written into a new one. Operands of the old program are called by
 * that name; everything else here belongs to the new one.
 */
/**
 * A copy of a program in which instructions may be replaced on the way, and nothing is computed
 * twice.
 */
public final class ProgramCopy {

  /** Says what stands for an instruction. */
  @FunctionalInterface
  public interface Replacement {

    /**
     * Emits what stands for an instruction.
     *
     * @param instruction the instruction of the old program
     * @param inputs its inputs in the new one
     * @param copy the copy so far
     * @return what its outputs become, or null to copy it as it is
     */
    @Nullable List<Operand> apply(Instruction instruction, List<Operand> inputs, ProgramCopy copy);
  }

  private final ProgramBuilder builder = new ProgramBuilder();
  private final Map<Operand, Operand> mapped = new HashMap<>();
  private final Map<Operand, Instruction> producers = new HashMap<>();
  private final Map<Expression, List<Operand>> expressions = new HashMap<>();
  private final IdentityHashMap<INDArray, Operand> arrays = new IdentityHashMap<>();
  private boolean changed;

  private record Expression(Op op, List<Operand> inputs) {}

  private ProgramCopy() {}

  /**
   * Copies a program.
   *
   * @param program the program
   * @param replacement asked for each instruction, in order
   * @return the copy; the program itself when nothing was replaced
   */
  public static Program of(Program program, Replacement replacement) {
    return new ProgramCopy().copy(program, replacement);
  }

  private Program copy(Program program, Replacement replacement) {
    for (Instruction instruction : program.instructions()) {
      List<Operand> inputs = new ArrayList<>();
      for (Operand input : instruction.inputs()) {
        inputs.add(map(input));
      }
      List<Operand> outputs = replacement.apply(instruction, inputs, this);
      if (outputs == null) {
        outputs = addAll(instruction.origin(), instruction.op(), inputs);
      } else {
        changed = true;
      }
      for (int i = 0; i < outputs.size(); i++) {
        mapped.put(instruction.outputs().get(i), outputs.get(i));
      }
    }
    program.outputs().forEach((name, operand) -> builder.output(name, map(operand)));
    program.gradients().forEach((name, operand) -> builder.gradient(name, map(operand)));
    Operand loss = program.loss();
    if (loss != null) {
      builder.loss(map(loss));
    }
    return changed ? builder.build() : program;
  }

  /**
   * Returns what stands for an operand of the program that is copied.
   *
   * @param old a leaf, or a result of an instruction before the current one
   * @return the operand in the copy
   */
  public Operand map(Operand old) {
    Operand operand = mapped.get(old);
    if (operand == null) {
      operand = leaf(old);
      mapped.put(old, operand);
    }
    return operand;
  }

  private Operand leaf(Operand old) {
    Origin origin = old.origin();
    if (origin instanceof Origin.Input input) {
      return builder.input(input.name(), old.type());
    }
    if (origin instanceof Origin.Trainable trainable) {
      return builder.trainable(trainable.name(), trainable.array());
    }
    if (origin instanceof Origin.Constant constant) {
      if (constant.live()) {
        return builder.live(constant.name(), constant.array());
      }
      return constant(constant.name(), constant.array());
    }
    throw new IllegalStateException(old + " is read before it is computed");
  }

  /**
   * Returns a constant; the same operand for the same array.
   *
   * @param name its name
   * @param array its array
   * @return the operand in the copy
   */
  public Operand constant(String name, INDArray array) {
    Operand before = arrays.get(array);
    if (before == null) {
      before = builder.constant(name, array);
      arrays.put(array, before);
    }
    return before;
  }

  /**
   * Appends an instruction to the copy, unless it is there already.
   *
   * @param origin the graph node that it comes from
   * @param op what is computed
   * @param inputs the operands read
   * @return the first operand written
   */
  public Operand add(String origin, Op op, Operand... inputs) {
    return addAll(origin, op, List.of(inputs)).get(0);
  }

  /**
   * Appends an instruction to the copy, unless it is there already.
   *
   * @param origin the graph node that it comes from
   * @param op what is computed
   * @param inputs the operands read
   * @return the operands written
   */
  public List<Operand> addAll(String origin, Op op, List<Operand> inputs) {
    Expression expression = new Expression(op, List.copyOf(inputs));
    List<Operand> before = expressions.get(expression);
    if (before != null) {
      changed = true;
      return before;
    }
    List<Operand> outputs = repeat(origin, op, inputs);
    expressions.put(expression, outputs);
    return outputs;
  }

  /**
   * Appends an instruction to the copy, even if it is there already.
   *
   * @param origin the graph node that it comes from
   * @param op what is computed
   * @param inputs the operands read
   * @return the operands written
   */
  public List<Operand> repeat(String origin, Op op, List<Operand> inputs) {
    List<Operand> outputs = builder.addAll(origin, op, inputs);
    Instruction added = new Instruction(op, inputs, outputs, origin);
    outputs.forEach(output -> producers.put(output, added));
    return outputs;
  }

  /**
   * Returns the instruction of the copy that computes an operand.
   *
   * @param operand an operand of the copy
   * @return the instruction, null for leaves
   */
  public @Nullable Instruction producer(Operand operand) {
    return producers.get(operand);
  }
}
