/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.OptionalLong;
import org.graft4j.engine.differentiate.Differentiation;
import org.graft4j.engine.kernels.nd4j.Nd4jKernels;
import org.graft4j.engine.program.BinaryKind;
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
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

final class ExecutableTest {
  private static final Op ADD = new Op.Binary(BinaryKind.ADD);
  private static final Op MULTIPLY = new Op.Binary(BinaryKind.MUL);

  @Test
  void gatesAndTrainablesAreReadAtEveryRun() {
    INDArray gate = Nd4j.scalar(2.0f);
    INDArray weight = Nd4j.createFromArray(1f, 2f, 3f);
    ProgramBuilder builder = new ProgramBuilder();
    builder.output(
        "y", builder.add("m", MULTIPLY, builder.trainable("w", weight), builder.live("g", gate)));
    try (Executable executable = Executable.of(builder.build(), new Nd4jKernels())) {
      executable.run(Map.of(), OptionalLong.empty());
      assertThat(executable.output("y").toFloatVector()).containsExactly(2, 4, 6);
      gate.assign(0.5);
      weight.addi(1);
      executable.run(Map.of(), OptionalLong.empty());
      assertThat(executable.output("y").toFloatVector()).containsExactly(1, 1.5f, 2);
    }
  }

  @Test
  void arraysOfAnyOrderAreTaken() {
    INDArray c = Nd4j.linspace(DataType.DOUBLE, 0.0, 1.0, 12).reshape(3, 4);
    INDArray trained = c.dup('f');
    INDArray frozen = c.transpose().dup('c').transpose();
    INDArray part =
        Nd4j.create(DataType.DOUBLE, 6, 8).getColumns(1, 3, 5, 7).getRows(0, 2, 4).assign(c);
    ProgramBuilder builder = new ProgramBuilder();
    Operand sum =
        builder.add("a", ADD, builder.trainable("t", trained), builder.constant("f", frozen));
    sum = builder.add("b", ADD, sum, builder.live("p", part));
    builder.output("flat", builder.add("r", new Op.Reshape(Shape.of(12)), sum));
    builder.output(
        "t", builder.add("rt", new Op.Reshape(Shape.of(12)), builder.trainable("t2", trained)));
    try (Executable executable = Executable.of(builder.build(), new Nd4jKernels())) {
      executable.run(Map.of(), OptionalLong.empty());
      assertThat(executable.output("flat").toDoubleVector())
          .containsExactly(c.mul(3).reshape(12).toDoubleVector());
      trained.addi(1);
      executable.run(Map.of(), OptionalLong.empty());
      assertThat(executable.output("flat").toDoubleVector())
          .containsExactly(c.mul(3).add(1).reshape(12).toDoubleVector());
      assertThat(executable.output("t").toDoubleVector())
          .containsExactly(c.add(1).reshape(12).toDoubleVector());
    }
  }

  @Test
  void inputsOfOtherTypesAndOrdersAreConverted() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand x = builder.input("x", TensorType.of(DataType.FLOAT, 2, 3));
    builder.output("y", builder.add("n", new Op.Unary(UnaryKind.NEG), x));
    builder.output("x", x);
    try (Executable executable = Executable.of(builder.build(), new Nd4jKernels())) {
      executable.run(
          Map.of("x", Nd4j.createFromArray(new long[][] {{1, 2, 3}, {4, 5, 6}}).dup('f')),
          OptionalLong.empty());
      assertThat(executable.output("y").reshape(6).toFloatVector())
          .containsExactly(-1, -2, -3, -4, -5, -6);
      assertThat(executable.output("x").reshape(6).toFloatVector())
          .containsExactly(1, 2, 3, 4, 5, 6);
    }
  }

  @Test
  void outputsMayBeConstants() {
    ProgramBuilder builder = new ProgramBuilder();
    builder.output("c", builder.constant("c", Nd4j.createFromArray(1f, 2f)));
    try (Executable executable = Executable.of(builder.build(), new Nd4jKernels())) {
      executable.run(Map.of(), OptionalLong.empty());
      assertThat(executable.output("c").toFloatVector()).containsExactly(1, 2);
    }
  }

  @Test
  void mistakesAreSaid() {
    ProgramBuilder builder = new ProgramBuilder();
    builder.output(
        "y",
        builder.add(
            "n",
            new Op.Unary(UnaryKind.NEG),
            builder.input("x", TensorType.of(DataType.FLOAT, 2))));
    Executable executable = Executable.of(builder.build(), new Nd4jKernels());
    assertThatThrownBy(() -> executable.run(Map.of(), OptionalLong.empty()))
        .hasMessage("no array is given for placeholder 'x'; it takes float[2]");
    assertThatThrownBy(() -> executable.run(Map.of("x", Nd4j.create(3)), OptionalLong.empty()))
        .hasMessage("placeholder 'x' takes float[2] in this plan: [3]");
    assertThatThrownBy(() -> executable.output("z"))
        .hasMessage("the plan has no output 'z'; it has [y]");
    assertThatThrownBy(executable::loss).hasMessage("the program has no loss");
    executable.close();
    executable.close();
    assertThatThrownBy(() -> executable.run(Map.of(), OptionalLong.empty()))
        .hasMessage("the plan is closed");
  }

  @Test
  void dropoutFollowsTheSeedOfTheRun() {
    INDArray x = Nd4j.ones(DataType.FLOAT, 64, 129);
    ProgramBuilder builder = new ProgramBuilder();
    Operand t = builder.trainable("t", x);
    Operand a =
        builder.addAll("a", new Op.Dropout(0.25, builder.newStream()), java.util.List.of(t)).get(0);
    Operand b =
        builder.addAll("b", new Op.Dropout(0.25, builder.newStream()), java.util.List.of(t)).get(0);
    builder.output("a", a);
    builder.output("b", b);
    builder.loss(
        builder.add(
            "l",
            Op.Reduce.of(ReduceKind.SUM, false, 0, 1),
            builder.add("m", MULTIPLY, a, builder.scalar(DataType.FLOAT, 3))));
    Program program = Differentiation.of(builder.build());
    long global = Nd4j.getRandom().getSeed();
    try (Executable executable = Executable.of(program, new Nd4jKernels())) {
      executable.run(Map.of(), OptionalLong.of(1));
      INDArray first = executable.output("a").dup();
      assertThat(first.meanNumber().doubleValue()).isBetween(0.95, 1.05);
      assertThat(first.maxNumber().doubleValue())
          .isEqualTo(1 / 0.75, org.assertj.core.data.Offset.offset(1e-6));
      assertThat(first.minNumber().doubleValue()).isZero();
      assertThat(executable.gradient("t")).isEqualTo(first.mul(3));
      assertThat(executable.output("b")).isNotEqualTo(first);
      executable.run(Map.of(), OptionalLong.of(2));
      assertThat(executable.output("a")).isNotEqualTo(first);
      executable.run(Map.of(), OptionalLong.of(1));
      assertThat(executable.output("a")).isEqualTo(first);
      executable.run(Map.of(), OptionalLong.empty());
      assertThat(executable.output("a")).isEqualTo(x);
    }
    assertThat(Nd4j.getRandom().getSeed()).isEqualTo(global);
  }

  @Test
  void emptyArraysAreTaken() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand x = builder.input("x", TensorType.of(DataType.FLOAT, 0, 3));
    Operand w = builder.constant("w", Nd4j.ones(DataType.FLOAT, 3, 2));
    Operand one = builder.constant("one", Nd4j.ones(DataType.FLOAT, 1, 3));
    builder.output("mm", builder.add("mm", new Op.MatMul(false, false), x, w));
    builder.output(
        "k0",
        builder.add(
            "k0",
            new Op.MatMul(true, false),
            x,
            builder.add("neg", new Op.Unary(UnaryKind.NEG), x)));
    builder.output("sum", builder.add("sum", Op.Reduce.of(ReduceKind.SUM, false, 0), x));
    builder.output("cat", builder.add("cat", new Op.Concat(0), x, one, x));
    try (Executable executable = Executable.of(builder.build(), new Nd4jKernels())) {
      executable.run(Map.of("x", Nd4j.create(DataType.FLOAT, 0, 3)), OptionalLong.empty());
      assertThat(executable.output("mm").shape()).containsExactly(0, 2);
      assertThat(executable.output("k0")).isEqualTo(Nd4j.zeros(DataType.FLOAT, 3, 3));
      assertThat(executable.output("sum").toFloatVector()).containsExactly(0, 0, 0);
      assertThat(executable.output("cat").reshape(3).toFloatVector()).containsExactly(1, 1, 1);
    }
  }

  @Test
  void arraysHandedOutOutliveThePlan() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand x = builder.input("x", TensorType.of(DataType.FLOAT, 4));
    Operand y = builder.add("n", new Op.Unary(UnaryKind.NEG), x);
    builder.output("x", x);
    builder.output("y", builder.add("r", new Op.Reshape(Shape.of(2, 2)), y));
    Executable executable = Executable.of(builder.build(), new Nd4jKernels());
    executable.run(Map.of("x", Nd4j.createFromArray(1f, 2f, 3f, 4f)), OptionalLong.empty());
    INDArray given = executable.output("x");
    INDArray result = executable.output("y");
    executable.close();
    assertThat(given.toFloatVector()).containsExactly(1, 2, 3, 4);
    assertThat(result.reshape(4).toFloatVector()).containsExactly(-1, -2, -3, -4);
  }

  @Test
  void profileNamesEachInstruction() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand x = builder.input("x", TensorType.of(DataType.FLOAT, 4));
    Operand y =
        builder.add(
            "n", new Op.Unary(UnaryKind.EXP), builder.add("r", new Op.Reshape(Shape.of(2, 2)), x));
    builder.output("y", y);
    Program program = builder.build();
    try (Executable executable = Executable.of(program, new Nd4jKernels())) {
      assertThat(
              executable.profile(Map.of("x", Nd4j.zeros(DataType.FLOAT, 4)), OptionalLong.empty()))
          .containsOnlyKeys(program.instructions().get(1));
    }
  }
}
