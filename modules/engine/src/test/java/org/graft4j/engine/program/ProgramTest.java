/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

final class ProgramTest {
  private final ProgramBuilder builder = new ProgramBuilder();

  @Test
  void dumpIsReadable() {
    Operand x = builder.input("x", TensorType.of(DataType.FLOAT, 2, 3));
    Operand w = builder.trainable("w", Nd4j.ones(DataType.FLOAT, 4, 3));
    Operand y = builder.add("dense/mmul", new Op.MatMul(false, true), x, w);
    builder.output("y", y);
    builder.loss(builder.add("sum", Op.Reduce.of(ReduceKind.SUM, false, 1, 0), y));
    assertThat(builder.build())
        .hasToString(
            """
            %2 float[2, 4] = MatMul[transposeA=false, transposeB=true]('x', 'w')  # dense/mmul
            %3 float[] = Reduce[kind=SUM, axes=[0, 1], keepAxes=false](%2)  # sum
            output 'y' = %2
            loss = %3
            """);
  }

  @Test
  void opsAreEqualByAttributes() {
    assertThat(Op.Permute.of(1, 0))
        .isEqualTo(Op.Permute.of(1, 0))
        .isNotEqualTo(Op.Permute.of(0, 1));
    assertThat(Op.Slice.along(Shape.of(2, 3), 1, 0, 2))
        .isEqualTo(Op.Slice.of(new long[] {0, 0}, new long[] {2, 2}, new long[] {1, 1}));
    assertThat(new Op.Reshape(Shape.of(2, 3))).isEqualTo(new Op.Reshape(Shape.of(2, 3)));
    assertThat(new Op.Dropout(0.1, builder.newStream()))
        .isNotEqualTo(new Op.Dropout(0.1, builder.newStream()));
  }

  @Test
  void scalarsAreShared() {
    assertThat(builder.scalar(DataType.FLOAT, 2)).isSameAs(builder.scalar(DataType.FLOAT, 2));
    assertThat(builder.scalar(DataType.FLOAT, 2)).isNotSameAs(builder.scalar(DataType.DOUBLE, 2));
  }

  @Test
  void continuingKeepsNumbersAndStreams() {
    Operand x = builder.input("x", TensorType.of(DataType.FLOAT, 2));
    builder.addAll("d", new Op.Dropout(0.5, builder.newStream()), List.of(x));
    ProgramBuilder more = ProgramBuilder.continuing(builder.build());
    assertThat(more.newStream()).isEqualTo(1);
    assertThat(more.add("n", new Op.Unary(UnaryKind.NEG), x).id()).isEqualTo(3);
  }

  @Test
  void gatesAreNotFrozen() {
    assertThat(builder.live("g", Nd4j.scalar(1f)).isFrozen()).isFalse();
    assertThat(builder.constant("c", Nd4j.scalar(1f)).isFrozen()).isTrue();
  }

  @Test
  void operandsThatDoNotFitAreSaid() {
    Operand a = builder.input("a", TensorType.of(DataType.FLOAT, 2, 3));
    Operand b = builder.input("b", TensorType.of(DataType.FLOAT, 2, 4));
    Operand ids = builder.input("ids", TensorType.of(DataType.INT64, 5));
    refused(
        new Op.MatMul(false, false), "the inner sizes differ: [float[2, 3], float[2, 4]]", a, b);
    refused(
        new Op.Binary(BinaryKind.ADD),
        "its operands cannot be broadcast to each other: [float[2, 3], float[2, 4]]",
        a,
        b);
    refused(new Op.Binary(BinaryKind.ADD), "it takes 2 operands: [float[2, 3]]", a);
    refused(
        new Op.Compare(CompareKind.LT),
        "the element types of its operands differ: [float[2, 3], long[5]]",
        a,
        ids);
    refused(new Op.Gather(2), "axis 2 does not exist: [float[2, 3], long[5]]", a, ids);
    refused(new Op.Gather(0), "the ids must be integers: [float[2, 3], float[2, 4]]", a, b);
    refused(
        new Op.CrossEntropy(),
        "the labels must be integers for each row, or of the type and shape of the logits:"
            + " [float[2, 3], long[5]]",
        a,
        ids);
    refused(new Op.CrossEntropy(), "it takes 2 operands: [float[2, 3]]", a);
    refused(
        new Op.CrossEntropyGrad(),
        "losses and their gradients must have a number for each row: [float[2, 3], float[2, 3],"
            + " float[2, 3], float[2, 3]]",
        a,
        a,
        a,
        a);
    refused(new Op.Concat(0), "the sizes beside the axis differ: [float[2, 3], float[2, 4]]", a, b);
    refused(
        new Op.Reshape(Shape.of(7)),
        "the new shape has another number of elements: [float[2, 3]]",
        a);
    refused(Op.Permute.of(0, 0), "it names an axis twice: [float[2, 3]]", a);
    refused(Op.Slice.along(Shape.of(2, 3), 1, 2, 4), "axis 1 is out of bounds: [float[2, 3]]", a);
    refused(
        new Op.Broadcast(Shape.of(3)),
        "the operand cannot be broadcast to the shape: [float[2, 3]]",
        a);
    refused(
        new Op.Select(),
        "the condition must be boolean: [float[2, 3], float[2, 3], float[2, 3]]",
        a,
        a,
        a);
    refused(new Op.Dropout(1, 0), "the rate must be in [0, 1): 1.0: [float[2, 3]]", a);
    refused(
        new Op.LayerNorm(1e-5),
        "scale and shift must have the last size: [float[2, 3], float[2, 4]]",
        a,
        b);
    assertThatThrownBy(() -> builder.loss(a))
        .hasMessage("a loss must be one floating-point number: float[2, 3]");
    assertThatThrownBy(() -> Shape.of(-1))
        .hasMessage("a static shape needs sizes of at least 0: [-1]");
  }

  private void refused(Op op, String reason, Operand... operands) {
    assertThatThrownBy(() -> builder.add("node", op, operands))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(op.name() + " (node 'node'): " + reason);
  }
}
