/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.graft4j.engine.differentiate.Differentiation;
import org.graft4j.engine.kernels.Layout;
import org.graft4j.engine.kernels.nd4j.Nd4jKernels;
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
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

final class MemoryPlanTest {
  private static final TensorType ROWS = TensorType.of(DataType.FLOAT, 4, 16);

  private static MemoryPlan plan(Program program) {
    return MemoryPlan.of(program, new Nd4jKernels());
  }

  @Test
  void noTwoLiveBuffersOverlap() {
    MemoryPlan plan = plan(Differentiation.of(mlp(6)));
    List<Buffer> buffers = plan.buffers();
    assertThat(buffers.size()).isGreaterThan(20);
    for (Buffer a : buffers) {
      assertThat(a.offset).isNotNegative();
      assertThat(a.offset + a.extent()).isLessThanOrEqualTo(plan.sizes().get(plan.area(a)));
      for (Buffer b : buffers) {
        if (a != b && plan.area(a).equals(plan.area(b)) && a.meets(b)) {
          assertThat(a.offset + a.extent() <= b.offset || b.offset + b.extent() <= a.offset)
              .as("%s..%s and %s..%s", a.first, a.last, b.first, b.last)
              .isTrue();
        }
      }
    }
  }

  @Test
  void noResultIsOverwrittenBeforeItsLastUse() {
    Program program = Differentiation.of(mlp(4));
    MemoryPlan plan = plan(program);
    int[] defined = new int[program.operands().size()];
    int[] read = new int[defined.length];
    List<Instruction> instructions = program.instructions();
    for (int i = 0; i < instructions.size(); i++) {
      for (Operand output : instructions.get(i).outputs()) {
        defined[output.id()] = i;
        read[output.id()] = i;
      }
      for (Operand input : instructions.get(i).inputs()) {
        read[input.id()] = i;
      }
    }
    program.gradients().values().forEach(kept -> read[kept.id()] = instructions.size());
    for (Operand a : program.operands()) {
      for (Operand b : program.operands()) {
        Instruction writer = instructions.get(defined[b.id()]);
        boolean needed = defined[a.id()] < defined[b.id()] && defined[b.id()] <= read[a.id()];
        boolean inPlace =
            defined[b.id()] == read[a.id()]
                && plan.location(a).equals(plan.location(b))
                && mayLieOver(writer, a);
        if (a.isResult() && b.isResult() && needed && !inPlace && Views.offset(writer).isEmpty()) {
          assertThat(overlap(plan, plan.location(a), plan.location(b)))
              .as("%s over %s in%n%s", b, a, program)
              .isFalse();
        }
      }
      for (int i = 0; i < instructions.size(); i++) {
        for (Buffer scratch : plan.scratch(i)) {
          if (a.isResult() && defined[a.id()] <= i && i <= read[a.id()]) {
            assertThat(overlap(plan, plan.location(a), Location.in(scratch)))
                .as("%s in scratch of %s", a, i)
                .isFalse();
          }
        }
      }
    }
  }

  private static boolean mayLieOver(Instruction writer, Operand input) {
    int at = writer.inputs().indexOf(input);
    return at >= 0 && new Nd4jKernels().prepare(writer, Layout.contiguous(writer)).inPlace(at);
  }

  private static boolean overlap(MemoryPlan plan, Location a, Location b) {
    Buffer x = a.buffer();
    Buffer y = b.buffer();
    if (x == null || y == null || !plan.area(x).equals(plan.area(y))) {
      return false;
    }
    return x.offset < y.offset + y.length && y.offset < x.offset + x.length;
  }

  @Test
  void memoryIsUsedAgain() {
    MemoryPlan deep = plan(mlp(20));
    MemoryPlan shallow = plan(mlp(4));
    assertThat(deep.bytes()).isEqualTo(shallow.bytes());
    assertThat(deep.bytes()).isLessThan(deep.bytesWithoutReuse() / 5);
    assertThat(deep.peak().values().stream().mapToLong(Long::longValue).sum())
        .isLessThanOrEqualTo(deep.bytes());
    assertThat(deep.toString()).contains("without reuse", "scratch");
  }

  @Test
  void elementwiseChainTakesOneBuffer() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand x = builder.input("x", ROWS);
    Operand y = x;
    for (int i = 0; i < 5; i++) {
      y = builder.add("n" + i, new Op.Unary(UnaryKind.TANH), y);
    }
    builder.output("y", y);
    MemoryPlan plan = plan(builder.build());
    assertThat(plan.buffers()).hasSize(1);
    assertThat(plan.location(y).buffer()).isSameAs(plan.location(x).buffer());
  }

  @Test
  void valueThatIsReadLaterIsNotOverwritten() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand x = builder.input("x", ROWS);
    Operand a = builder.add("a", new Op.Unary(UnaryKind.TANH), x);
    Operand b = builder.add("b", new Op.Unary(UnaryKind.EXP), a);
    Operand c = builder.add("c", new Op.Binary(BinaryKind.ADD), a, b);
    builder.output("a", a);
    builder.output("c", c);
    MemoryPlan plan = plan(builder.build());
    assertThat(plan.location(b).buffer()).isNotSameAs(plan.location(a).buffer());
    assertThat(plan.location(c).buffer()).isSameAs(plan.location(b).buffer());
  }

  @Test
  void reshapesAndContiguousSlicesAreViews() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand x = builder.input("x", TensorType.of(DataType.FLOAT, 4, 6, 2));
    Operand flat = builder.add("flat", new Op.Reshape(Shape.of(24, 2)), x);
    Operand part = builder.add("part", Op.Slice.along(flat.shape(), 0, 5, 9), flat);
    Operand strided = builder.add("strided", Op.Slice.along(flat.shape(), 1, 1, 2), flat);
    Operand one =
        builder.add(
            "one",
            Op.Slice.of(new long[] {2, 3, 0}, new long[] {3, 5, 2}, new long[] {1, 1, 1}),
            x);
    List.of(part, strided, one).forEach(o -> builder.output(o.toString(), o));
    MemoryPlan plan = plan(builder.build());
    Buffer buffer = plan.location(x).buffer();
    assertThat(plan.location(flat)).isEqualTo(new Location(buffer, null, 0, null));
    assertThat(plan.location(part)).isEqualTo(new Location(buffer, null, 10, null));
    assertThat(plan.location(one)).isEqualTo(new Location(buffer, null, 30, null));
    assertThat(plan.location(strided).buffer()).isNotSameAs(buffer);
  }

  @Test
  void viewKeepsItsRootAlive() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand x = builder.input("x", ROWS);
    Operand a = builder.add("a", new Op.Unary(UnaryKind.TANH), x);
    Operand view = builder.add("view", new Op.Reshape(Shape.of(64)), a);
    Operand b = builder.add("b", new Op.Unary(UnaryKind.EXP), a);
    Operand c =
        builder.add(
            "c",
            new Op.Binary(BinaryKind.ADD),
            builder.add("r", new Op.Reshape(Shape.of(64)), b),
            view);
    builder.output("c", c);
    INDArray given = Nd4j.linspace(DataType.FLOAT, -1, 0.05, 64).reshape(4, 16);
    try (Executable executable = Executable.of(builder.build(), new Nd4jKernels())) {
      executable.run(Map.of("x", given), OptionalLong.empty());
      for (int i = 0; i < 64; i++) {
        double t = Math.tanh(given.getDouble(i));
        assertThat(executable.output("c").getDouble(i))
            .isCloseTo(t + Math.exp(t), org.assertj.core.data.Offset.offset(1e-5));
      }
    }
  }

  @Test
  void valueIsNotWrittenOverWhileItsFirstElementIsRead() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand x = builder.input("x", TensorType.of(DataType.FLOAT, 4));
    Operand a = builder.add("a", new Op.Unary(UnaryKind.NEG), x);
    Operand first = builder.add("first", Op.Slice.along(a.shape(), 0, 0, 1), a);
    Operand y = builder.add("y", new Op.Binary(BinaryKind.SUB), a, first);
    builder.output("y", y);
    MemoryPlan plan = plan(builder.build());
    assertThat(plan.location(y).buffer()).isNotSameAs(plan.location(a).buffer());
    assertThat(plan.location(first).buffer()).isSameAs(plan.location(a).buffer());
  }

  @Test
  void constantsAreNotCopied() {
    ProgramBuilder builder = new ProgramBuilder();
    INDArray array = Nd4j.create(DataType.FLOAT, 4, 16);
    Operand constant = builder.constant("c", array);
    Operand view = builder.add("v", new Op.Reshape(Shape.of(64)), constant);
    builder.output("v", view);
    MemoryPlan plan = plan(builder.build());
    assertThat(plan.bytes()).isZero();
    assertThat(plan.location(view)).isEqualTo(Location.of(constant));
  }

  private static Program mlp(int layers) {
    ProgramBuilder builder = new ProgramBuilder();
    Operand x = builder.input("x", ROWS);
    for (int i = 0; i < layers; i++) {
      Operand w = builder.trainable("w" + i, Nd4j.ones(DataType.FLOAT, 16, 16));
      Operand y = builder.add("mm" + i, new Op.MatMul(false, true), x, w);
      Operand g = builder.add("g" + i, new Op.Unary(UnaryKind.GELU_ERF), y);
      Operand frozen = builder.constant("f" + i, Nd4j.ones(DataType.FLOAT, 16, 16));
      g = builder.add("fmm" + i, new Op.MatMul(false, true), g, frozen);
      Operand gamma = builder.constant("gamma" + i, Nd4j.ones(DataType.FLOAT, 16));
      g = builder.add("ln" + i, new Op.LayerNorm(1e-5), g, gamma);
      g = builder.add("sm" + i, new Op.Softmax(1), g);
      x = builder.add("r" + i, new Op.Binary(BinaryKind.ADD), g, x);
    }
    builder.loss(builder.add("loss", Op.Reduce.of(ReduceKind.SUM, false, 0, 1), x));
    return builder.build();
  }
}
