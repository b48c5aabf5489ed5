/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.differentiate;

import java.util.List;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Origin;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.ProgramBuilder;
import org.graft4j.engine.program.UnaryKind;

/**
 * Appends to a program the instructions that compute the gradients of its loss by its trainables.
 *
 * <p>Only operands that depend on a trainable get a gradient: nothing is computed for frozen
 * weights, nor below the lowest trainable. A product with a low-rank pair is differentiated factor
 * by factor, so that no array of the size of the frozen weight comes up.
 */
public final class Differentiation {
  private Differentiation() {}

  /**
   * Differentiates a program.
   *
   * @param program a program with a loss
   * @return the program with the gradient of each trainable; zeros for one that the loss does not
   *     depend on
   * @throws IllegalArgumentException when the program has no loss, or an instruction between a
   *     trainable and the loss has no gradient
   */
  public static Program of(Program program) {
    Operand loss = program.loss();
    if (loss == null) {
      throw new IllegalArgumentException("a program without a loss cannot be differentiated");
    }
    ProgramBuilder builder = ProgramBuilder.continuing(program);
    Tape tape = new Tape(builder, dependents(program));
    if (tape.wants(loss)) {
      tape.at("loss");
      tape.give(loss, tape.fill(loss, 1));
    }
    List<Instruction> instructions = program.instructions();
    for (int i = instructions.size() - 1; i >= 0; i--) {
      differentiate(instructions.get(i), tape);
    }
    for (Operand operand : program.operands()) {
      if (operand.origin() instanceof Origin.Trainable) {
        String name = ((Origin.Trainable) operand.origin()).name();
        tape.at(name);
        Operand gradient = tape.taken(operand);
        builder.gradient(name, gradient == null ? tape.fill(operand, 0) : gradient);
      }
    }
    return builder.build();
  }

  private static void differentiate(Instruction instruction, Tape tape) {
    List<Operand> outputs = instruction.outputs();
    if (outputs.stream().noneMatch(tape::isGiven)) {
      return;
    }
    tape.at(instruction.origin());
    GradientRule rule = GradientRules.find(instruction.op());
    for (int i = 1; i < outputs.size(); i++) {
      if (rule == null || tape.isGiven(outputs.get(i))) {
        throw none(instruction);
      }
    }
    if (rule == null) {
      throw none(instruction);
    }
    Operand gradient = tape.taken(instruction.output());
    if (gradient != null) {
      rule.apply(instruction, gradient, tape);
    }
  }

  private static IllegalArgumentException none(Instruction instruction) {
    return new IllegalArgumentException(
        "op '"
            + instruction.op().name()
            + "' (node '"
            + instruction.origin()
            + "') has no gradient, but lies between a trainable value and the loss; it can only run"
            + " forward");
  }

  /** By number: whether an operand depends on a trainable through floating-point values. */
  private static boolean[] dependents(Program program) {
    boolean[] depends = new boolean[program.operands().size()];
    for (Operand operand : program.operands()) {
      depends[operand.id()] = operand.origin() instanceof Origin.Trainable && operand.isFloat();
    }
    for (Instruction instruction : program.instructions()) {
      boolean any = instruction.inputs().stream().anyMatch(input -> depends[input.id()]);
      if (any && !isFlat(instruction.op())) {
        for (Operand output : instruction.outputs()) {
          depends[output.id()] = output.isFloat();
        }
      }
    }
    return depends;
  }

  /** Steps have derivative 0 wherever they have one. */
  private static boolean isFlat(Op op) {
    return op instanceof Op.Unary unary && unary.kind().derivative() == UnaryKind.Derivative.ZERO;
  }
}
