/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.fuse;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Op.FusedMatMul.Step;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.UnaryKind;
import org.graft4j.engine.rewrite.Pass;
import org.graft4j.engine.rewrite.ProgramCopy;
import org.jspecify.annotations.Nullable;

/**
 * Gives sums, factors and activations to the product whose only reader they are: bias and residual
 * adds, gates, scale and mask of attention scores, the sum of gradients.
 */
final class EpilogueFusion implements Pass {
  private static final Op ADD = new Op.Binary(BinaryKind.ADD);
  private static final Set<UnaryKind> ACTIVATIONS =
      Set.of(
          UnaryKind.GELU_ERF,
          UnaryKind.GELU_TANH,
          UnaryKind.QUICK_GELU,
          UnaryKind.SILU,
          UnaryKind.TANH,
          UnaryKind.SIGMOID);

  @Override
  public Program apply(Program program) {
    Uses uses = new Uses(program);
    return ProgramCopy.of(
        program, (instruction, inputs, copy) -> fused(instruction, inputs, uses, copy));
  }

  private static @Nullable List<Operand> fused(
      Instruction instruction, List<Operand> inputs, Uses uses, ProgramCopy copy) {
    if (instruction.op().equals(ADD)) {
      return sum(instruction, inputs, uses, copy);
    }
    int factor = Factors.position(instruction);
    if (factor >= 0) {
      Target target = target(instruction, inputs, 1 - factor, uses, copy);
      if (target != null) {
        List<Step> steps = new ArrayList<>();
        List<Operand> operands = new ArrayList<>();
        Factors.append(
            new Instruction(instruction.op(), inputs, instruction.outputs(), instruction.origin()),
            factor,
            steps,
            operands);
        return target.with(steps.get(0), target.numbers(operands, copy), copy);
      }
    }
    if (instruction.op() instanceof Op.Unary unary && ACTIVATIONS.contains(unary.kind())) {
      Target target = target(instruction, inputs, 0, uses, copy);
      if (target != null) {
        return target.with(new Step.Apply(unary.kind()), List.of(), copy);
      }
    }
    return null;
  }

  /** The later of two products takes the sum: the other one is there by then. */
  private static @Nullable List<Operand> sum(
      Instruction instruction, List<Operand> inputs, Uses uses, ProgramCopy copy) {
    int first =
        uses.solePosition(instruction.input(0)) > uses.solePosition(instruction.input(1)) ? 0 : 1;
    for (int i : new int[] {first, 1 - first}) {
      Target target = target(instruction, inputs, i, uses, copy);
      if (target == null) {
        continue;
      }
      Operand addend = inputs.get(1 - i);
      if (addend.shape().equals(target.result)) {
        Shape shape = target.product.output().shape();
        Operand same =
            shape.equals(addend.shape())
                ? addend
                : copy.add(instruction.origin(), new Op.Reshape(shape), addend);
        return target.with(new Step.Add(), List.of(same), copy);
      }
      if (target.reads(addend)) {
        return target.with(new Step.Add(), List.of(addend), copy);
      }
    }
    return null;
  }

  /** The product behind an input that nothing else reads, when the result has the input's shape. */
  private static @Nullable Target target(
      Instruction instruction, List<Operand> inputs, int input, Uses uses, ProgramCopy copy) {
    Operand operand = inputs.get(input);
    Shape result = instruction.output().shape();
    if (!operand.shape().equals(result) || uses.solePosition(instruction.input(input)) < 0) {
      return null;
    }
    Instruction producer = copy.producer(operand);
    while (producer != null && producer.op() instanceof Op.Reshape) {
      producer = copy.producer(producer.input(0));
    }
    if (producer == null || endsWithActivation(producer.op())) {
      return null;
    }
    boolean product = producer.op() instanceof Op.MatMul || producer.op() instanceof Op.FusedMatMul;
    return product ? new Target(producer, result, instruction.origin()) : null;
  }

  private static boolean endsWithActivation(Op op) {
    return op instanceof Op.FusedMatMul fused
        && !fused.steps().isEmpty()
        && fused.steps().get(fused.steps().size() - 1) instanceof Step.Apply;
  }

  /**
   * A product that takes another step.
   *
   * @param product the instruction of the copy
   * @param result the shape that the step's reader expects
   * @param origin the node of the step
   */
  private record Target(Instruction product, Shape result, String origin) {
    /** Whether an epilogue can broadcast an operand: a number, or one of a stack of products. */
    boolean reads(Operand addend) {
      Shape shape = product.output().shape();
      return shape.equals(result)
          && product.input(1).shape().rank() > 2
          && addend.shape().rank() == shape.rank()
          && addend.shape().broadcast(shape).equals(shape);
    }

    /** Single numbers, with no more axes than the product has. */
    List<Operand> numbers(List<Operand> operands, ProgramCopy copy) {
      int rank = product.output().shape().rank();
      return operands.stream()
          .map(
              number ->
                  number.shape().rank() <= rank
                      ? number
                      : copy.add(origin, new Op.Reshape(Shape.of()), number))
          .toList();
    }

    List<Operand> with(Step step, List<Operand> operands, ProgramCopy copy) {
      List<Operand> inputs = new ArrayList<>(product.inputs());
      inputs.addAll(operands);
      List<Step> steps = new ArrayList<>();
      Op.MatMul matMul;
      boolean bias;
      if (product.op() instanceof Op.FusedMatMul fused) {
        matMul = fused.product();
        bias = fused.bias();
        steps.addAll(fused.steps());
      } else {
        matMul = (Op.MatMul) product.op();
        bias = product.inputs().size() == 3;
      }
      steps.add(step);
      Operand output =
          copy.add(
              product.origin(),
              new Op.FusedMatMul(matMul, bias, steps),
              inputs.toArray(new Operand[0]));
      return List.of(
          output.shape().equals(result)
              ? output
              : copy.add(origin, new Op.Reshape(result), output));
    }
  }
}
