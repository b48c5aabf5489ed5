/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.graft4j.engine.LoweringReport.Finding;
import org.graft4j.engine.LoweringReport.Kind;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.ReduceKind;
import org.graft4j.engine.program.UnaryKind;
import org.graft4j.graph.roles.Roles;
import org.jspecify.annotations.Nullable;

/** Looks through a lowered program for composites that are still in pieces. */
final class Findings {
  private final Map<Operand, Instruction> producers = new HashMap<>();
  private final Set<String> attentions = new HashSet<>();
  private final List<Finding> findings = new ArrayList<>();

  private Findings(Program program, Roles roles) {
    for (Instruction instruction : program.instructions()) {
      instruction.outputs().forEach(output -> producers.put(output, instruction));
    }
    roles
        .attentions()
        .forEach(
            attention ->
                attention
                    .probabilities()
                    .producer()
                    .ifPresent(node -> attentions.add(node.name())));
    Set<Operand> multiplied = new HashSet<>();
    for (Instruction instruction : program.instructions()) {
      if (instruction.op() instanceof Op.MatMul) {
        multiplied.addAll(instruction.inputs());
      }
    }
    for (Instruction instruction : program.instructions()) {
      visit(instruction, multiplied);
    }
  }

  static LoweringReport of(Program program, Roles roles) {
    return new LoweringReport(new Findings(program, roles).findings);
  }

  private void visit(Instruction instruction, Set<Operand> multiplied) {
    Op op = instruction.op();
    if (op instanceof Op.SameDiffOp && instruction.outputs().stream().anyMatch(Operand::isFloat)) {
      report(Kind.OPAQUE_OP, instruction, "op '" + op.name() + "' has no instruction of its own");
    } else if (op instanceof Op.Unary unary) {
      visit(unary.kind(), instruction);
    } else if (op instanceof Op.Binary binary && binary.kind() == BinaryKind.MUL) {
      visitProduct(instruction);
    } else if (op instanceof Op.Softmax
        && multiplied.contains(instruction.output())
        && isProduct(instruction.input(0), 8)
        && !attentions.contains(instruction.origin())) {
      report(Kind.UNMATCHED_ATTENTION, instruction, "a softmax between two products");
    }
  }

  private void visit(UnaryKind kind, Instruction instruction) {
    if (kind == UnaryKind.ERF) {
      report(Kind.DECOMPOSED_ACTIVATION, instruction, "an error function outside of a GELU");
    } else if ((kind == UnaryKind.SQRT || kind == UnaryKind.RSQRT)
        && isMeanOfSquares(instruction.input(0))) {
      report(Kind.DECOMPOSED_NORM, instruction, "a root of a mean of squares");
    } else if (kind == UnaryKind.TANH && isPolynomial(instruction.input(0), 6)) {
      report(Kind.DECOMPOSED_ACTIVATION, instruction, "a tanh of a polynomial");
    }
  }

  /** x · sigmoid(x) is a SiLU. */
  private void visitProduct(Instruction instruction) {
    for (int i = 0; i < 2; i++) {
      Instruction gate = producers.get(instruction.input(i));
      if (gate != null
          && gate.op().equals(new Op.Unary(UnaryKind.SIGMOID))
          && gate.input(0).equals(instruction.input(1 - i))) {
        report(Kind.DECOMPOSED_ACTIVATION, instruction, "a sigmoid that multiplies its own input");
      }
    }
  }

  private boolean isMeanOfSquares(Operand operand) {
    Instruction producer = producers.get(operand);
    if (producer != null && producer.op().equals(new Op.Binary(BinaryKind.ADD))) {
      Instruction left = producers.get(producer.input(0));
      producer = left == null ? producers.get(producer.input(1)) : left;
    }
    if (producer == null
        || !(producer.op() instanceof Op.Reduce reduce)
        || reduce.kind() != ReduceKind.MEAN) {
      return false;
    }
    return isSquare(producers.get(producer.input(0)));
  }

  private static boolean isSquare(@Nullable Instruction instruction) {
    if (instruction == null) {
      return false;
    }
    return instruction.op().equals(new Op.Unary(UnaryKind.SQUARE))
        || (instruction.op().equals(new Op.Binary(BinaryKind.MUL))
            && instruction.input(0).equals(instruction.input(1)));
  }

  /** Whether a cube is a few sums and products away. */
  private boolean isPolynomial(Operand operand, int depth) {
    Instruction producer = producers.get(operand);
    if (producer == null || depth == 0) {
      return false;
    }
    if (producer.op() instanceof Op.PowScalar pow) {
      return pow.exponent() == 3;
    }
    if (isSquare(producer)) {
      return true;
    }
    return producer.op() instanceof Op.Binary
        && producer.inputs().stream().anyMatch(input -> isPolynomial(input, depth - 1));
  }

  /** Whether a matrix product is a few sums and scalings away. */
  private boolean isProduct(Operand operand, int depth) {
    Instruction producer = producers.get(operand);
    if (producer == null || depth == 0) {
      return false;
    }
    if (producer.op() instanceof Op.MatMul) {
      return true;
    }
    boolean passes =
        producer.op() instanceof Op.Binary
            || producer.op() instanceof Op.Select
            || producer.op() instanceof Op.Reshape;
    return passes && producer.inputs().stream().anyMatch(input -> isProduct(input, depth - 1));
  }

  private void report(Kind kind, Instruction instruction, String detail) {
    findings.add(new Finding(kind, instruction.origin(), detail));
  }
}
