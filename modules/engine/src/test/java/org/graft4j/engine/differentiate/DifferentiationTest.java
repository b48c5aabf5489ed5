/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.differentiate;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.ProgramBuilder;
import org.graft4j.engine.program.ReduceKind;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.TensorType;
import org.graft4j.engine.program.UnaryKind;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

final class DifferentiationTest {
  private static final int IN = 32;
  private static final int OUT = 24;
  private static final int RANK = 2;

  @Test
  void nothingIsComputedBelowTheLowestTrainable() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand x = builder.input("x", TensorType.of(DataType.FLOAT, 5, IN));
    for (int i = 0; i < 4; i++) {
      x = frozen(builder, "below" + i, x, IN);
    }
    x =
        builder.add(
            "top",
            new Op.MatMul(false, true),
            x,
            builder.trainable("w", Nd4j.ones(DataType.FLOAT, OUT, IN)));
    builder.loss(total(builder, x));
    Program forward = builder.build();
    List<Instruction> backward = backward(forward);
    assertThat(backward).noneMatch(i -> i.origin().contains("below"));
    assertThat(products(backward)).isEqualTo(1);
  }

  @Test
  void frozenWeightsGetNoGradient() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand x = builder.trainable("x", Nd4j.ones(DataType.FLOAT, 5, IN));
    builder.loss(total(builder, frozen(builder, "a", frozen(builder, "b", x, OUT), IN)));
    List<Instruction> backward = backward(builder.build());
    assertThat(products(backward)).isEqualTo(2);
    assertThat(backward).noneMatch(i -> i.op() instanceof Op.Reduce);
  }

  @Test
  void lowRankPairsNeverMakeTheFullProduct() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand x = builder.input("x", TensorType.of(DataType.FLOAT, 5, IN));
    Operand base = frozen(builder, "base", x, OUT);
    Operand a = builder.trainable("A", Nd4j.ones(DataType.FLOAT, RANK, IN));
    Operand b = builder.trainable("B", Nd4j.ones(DataType.FLOAT, OUT, RANK));
    Operand delta = builder.add("xA", new Op.MatMul(false, true), x, a);
    delta = builder.add("xAB", new Op.MatMul(false, true), delta, b);
    delta =
        builder.add(
            "scale", new Op.Binary(BinaryKind.MUL), delta, builder.live("g", Nd4j.scalar(2f)));
    builder.loss(total(builder, builder.add("add", new Op.Binary(BinaryKind.ADD), base, delta)));
    Program program = Differentiation.of(builder.build());
    assertThat(program.operands())
        .noneMatch(o -> o.isResult() && o.shape().equals(Shape.of(OUT, IN)));
    assertThat(program.operands())
        .noneMatch(o -> o.isResult() && o.shape().equals(Shape.of(IN, OUT)));
    assertThat(products(backward(builder.build()))).isEqualTo(3); // dB, d(xA), dA; nothing for x
    assertThat(requireNonNull(program.gradients().get("A")).shape()).isEqualTo(Shape.of(RANK, IN));
    assertThat(requireNonNull(program.gradients().get("B")).shape()).isEqualTo(Shape.of(OUT, RANK));
  }

  @Test
  void valuesUsedTwiceSumTheirGradients() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand t = builder.trainable("t", Nd4j.ones(DataType.FLOAT, 3));
    Operand s = builder.add("s", new Op.Unary(UnaryKind.SIN), t);
    Operand c = builder.add("c", new Op.Unary(UnaryKind.COS), t);
    builder.loss(total(builder, builder.add("a", new Op.Binary(BinaryKind.ADD), s, c)));
    assertThat(backward(builder.build()))
        .filteredOn(i -> i.op().equals(new Op.Binary(BinaryKind.ADD)))
        .hasSize(1);
  }

  @Test
  void trainableWithoutInfluenceHasZeroGradient() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand t = builder.trainable("t", Nd4j.ones(DataType.FLOAT, 3));
    builder.trainable("idle", Nd4j.ones(DataType.FLOAT, 2, 2));
    builder.loss(total(builder, t));
    Program program = Differentiation.of(builder.build());
    assertThat(requireNonNull(program.gradients().get("idle")).shape()).isEqualTo(Shape.of(2, 2));
    assertThat(program.instructions())
        .anyMatch(i -> i.op().equals(new Op.Fill(TensorType.of(DataType.FLOAT, 2, 2), 0)));
  }

  @Test
  void stepsStopTheGradient() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand t = builder.trainable("t", Nd4j.ones(DataType.FLOAT, 3));
    Operand below = builder.add("below", new Op.Unary(UnaryKind.EXP), t);
    builder.loss(total(builder, builder.add("floor", new Op.Unary(UnaryKind.FLOOR), below)));
    assertThat(backward(builder.build())).allMatch(i -> i.op() instanceof Op.Fill);
  }

  @Test
  void opWithoutRuleIsNamed() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand t = builder.trainable("t", Nd4j.ones(DataType.FLOAT, 3));
    builder.loss(builder.add("/head/prod", Op.Reduce.of(ReduceKind.PROD, false, 0), t));
    Program program = builder.build();
    assertThatThrownBy(() -> Differentiation.of(program))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "op 'Reduce.PROD' (node '/head/prod') has no gradient, but lies between a trainable"
                + " value and the loss; it can only run forward");
  }

  @Test
  void opWithoutRuleIsFineOffThePath() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand t = builder.trainable("t", Nd4j.ones(DataType.FLOAT, 3));
    builder.output(
        "product", builder.add("/head/prod", Op.Reduce.of(ReduceKind.PROD, false, 0), t));
    builder.loss(total(builder, t));
    assertThat(Differentiation.of(builder.build()).gradients()).containsOnlyKeys("t");
  }

  @Test
  void lossIsNeeded() {
    Program program = new ProgramBuilder().build();
    assertThatThrownBy(() -> Differentiation.of(program))
        .hasMessage("a program without a loss cannot be differentiated");
  }

  private static Operand frozen(ProgramBuilder builder, String name, Operand x, int out) {
    Operand w =
        builder.constant(name + ".weight", Nd4j.ones(DataType.FLOAT, out, x.shape().size(-1)));
    return builder.add(
        name,
        new Op.MatMul(false, true),
        x,
        w,
        builder.constant(name + ".bias", Nd4j.ones(DataType.FLOAT, out)));
  }

  private static Operand total(ProgramBuilder builder, Operand x) {
    int[] axes = x.shape().rank() == 1 ? new int[] {0} : new int[] {0, 1};
    return builder.add("total", Op.Reduce.of(ReduceKind.SUM, false, axes), x);
  }

  private static List<Instruction> backward(Program forward) {
    List<Instruction> all = Differentiation.of(forward).instructions();
    return all.subList(forward.instructions().size(), all.size());
  }

  private static long products(List<Instruction> instructions) {
    return instructions.stream().filter(i -> i.op() instanceof Op.MatMul).count();
  }
}
