/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.simplify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.ProgramBuilder;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.TensorType;
import org.graft4j.engine.program.UnaryKind;
import org.graft4j.engine.rewrite.DeadCode;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Each pass on the smallest program that it has something to do in. */
final class SimplificationTest {
  private static final Op ADD = new Op.Binary(BinaryKind.ADD);
  private static final Op MUL = new Op.Binary(BinaryKind.MUL);

  private final ProgramBuilder builder = new ProgramBuilder();
  private final Operand x = builder.input("x", TensorType.of(DataType.FLOAT, 2, 3, 4));

  @Test
  void whatNobodyAsksForIsDropped() {
    Operand wanted = builder.add("a", new Op.Unary(UnaryKind.EXP), x);
    builder.add("b", new Op.Unary(UnaryKind.LOG), x);
    builder.constant("unread", Nd4j.ones(DataType.FLOAT, 3));
    builder.output("y", wanted);
    Program program = new DeadCode().apply(builder.build());
    assertThat(ops(program)).containsExactly("Unary.EXP");
    assertThat(program.operands()).hasSize(2);
  }

  @Test
  void anExpressionIsComputedOnce() {
    Operand a = builder.add("a", new Op.Unary(UnaryKind.EXP), x);
    Operand b = builder.add("b", new Op.Unary(UnaryKind.EXP), x);
    builder.output("y", builder.add("c", MUL, a, b));
    Program program = new CommonSubexpressions().apply(builder.build());
    assertThat(ops(program)).containsExactly("Unary.EXP", "Binary.MUL");
  }

  @Test
  void twoDropoutsStayTwo() {
    Operand a = builder.add("a", new Op.Dropout(0.5, builder.newStream()), x);
    Operand b = builder.add("b", new Op.Dropout(0.5, builder.newStream()), x);
    builder.output("y", builder.add("c", MUL, a, b));
    assertThat(ops(new CommonSubexpressions().apply(builder.build())))
        .containsExactly("Dropout", "Dropout", "Binary.MUL");
  }

  @Test
  void neutralElementsAreDropped() {
    Operand a = builder.add("a", ADD, x, builder.scalar(DataType.FLOAT, 0));
    Operand b = builder.add("b", MUL, builder.constant("ones", ones(1, 3, 1)), a);
    Operand c = builder.add("c", new Op.Cast(DataType.FLOAT), b);
    builder.output("y", builder.add("d", new Op.Unary(UnaryKind.EXP), c));
    assertThat(ops(new Identities().apply(builder.build()))).containsExactly("Unary.EXP");
  }

  @Test
  void aGateOfOneStays() {
    builder.output("y", builder.add("a", MUL, x, builder.live("g.gate", Nd4j.scalar(1f))));
    Program program = builder.build();
    assertThat(Simplification.of(program)).isSameAs(program);
  }

  @Test
  void aWeightOfOnesStays() {
    builder.output("y", builder.add("a", MUL, x, builder.constant("w", ones(4))));
    Program program = builder.build();
    assertThat(Simplification.of(program)).isSameAs(program);
  }

  @Test
  void onesThatEnlargeBecomeABroadcast() {
    builder.output("y", builder.add("a", MUL, x, builder.constant("ones", ones(5, 2, 3, 4))));
    assertThat(ops(Simplification.of(builder.build()))).containsExactly("Broadcast");
  }

  @Test
  void reshapesAndPermutationsMerge() {
    Operand a = builder.add("a", new Op.Reshape(Shape.of(6, 4)), x);
    Operand b = builder.add("b", new Op.Reshape(Shape.of(3, 2, 4)), a);
    Operand c = builder.add("c", Op.Permute.of(2, 0, 1), b);
    Operand d = builder.add("d", Op.Permute.of(1, 2, 0), c);
    builder.output("y", builder.add("e", new Op.Unary(UnaryKind.EXP), d));
    Program program = Simplification.of(builder.build());
    assertThat(ops(program)).containsExactly("Reshape", "Unary.EXP");
  }

  @Test
  void aPermutationThatMovesNothingIsAReshape() {
    Operand a = builder.add("a", new Op.Reshape(Shape.of(2, 1, 12)), x);
    builder.output("y", builder.add("b", Op.Permute.of(1, 0, 2), a));
    assertThat(ops(Simplification.of(builder.build()))).containsExactly("Reshape");
  }

  @Test
  void aBroadcastBeforeASumIsLeftToTheSum() {
    Operand row = builder.input("row", TensorType.of(DataType.FLOAT, 4));
    Operand wide = builder.add("a", new Op.Broadcast(Shape.of(2, 3, 4)), row);
    builder.output("y", builder.add("b", ADD, x, wide));
    assertThat(ops(Simplification.of(builder.build()))).containsExactly("Binary.ADD");
  }

  @Test
  void fillsAndReshapedConstantsAreConstants() {
    Operand zeros = builder.add("a", new Op.Fill(TensorType.of(DataType.FLOAT, 2, 3, 4), 2.5));
    Operand flat = builder.constant("w", Nd4j.linspace(1, 24, 24, DataType.FLOAT));
    Operand shaped = builder.add("b", new Op.Reshape(Shape.of(2, 3, 4)), flat);
    Operand sum = builder.add("c", ADD, x, zeros);
    builder.output("y", builder.add("d", MUL, sum, shaped));
    assertThat(ops(Simplification.of(builder.build()))).containsExactly("Binary.ADD", "Binary.MUL");
  }

  @Test
  void aBiasJoinsItsProductThroughReshapeAndAdapter() {
    Operand flat = builder.add("a", new Op.Reshape(Shape.of(6, 4)), x);
    Operand w = builder.constant("w", ones(4, 5));
    Operand a = builder.trainable("a", ones(4, 2));
    Operand b = builder.trainable("b", ones(2, 5));
    Operand product = builder.add("m", new Op.MatMul(false, false), flat, w);
    Operand down = builder.add("down", new Op.MatMul(false, false), flat, a);
    Operand delta = builder.add("up", new Op.MatMul(false, false), down, b);
    Operand sum = builder.add("s", ADD, product, delta);
    Operand shaped = builder.add("r", new Op.Reshape(Shape.of(2, 3, 5)), sum);
    Operand bias = builder.constant("bias", ones(5));
    builder.output("y", builder.add("t", ADD, shaped, bias));
    Program program = Simplification.of(builder.build());
    assertThat(ops(program))
        .containsExactly("Reshape", "MatMul", "MatMul", "MatMul", "Binary.ADD", "Reshape");
    assertThat(program.instructions().stream().filter(i -> i.inputs().size() == 3)).hasSize(1);
  }

  @Test
  void aBiasStaysWhenTheBareProductIsAskedFor() {
    Operand flat = builder.add("a", new Op.Reshape(Shape.of(6, 4)), x);
    Operand product =
        builder.add("m", new Op.MatMul(false, false), flat, builder.constant("w", ones(4, 5)));
    builder.output("bare", product);
    builder.output("y", builder.add("t", ADD, product, builder.constant("bias", ones(5))));
    assertThat(ops(Simplification.of(builder.build())))
        .containsExactly("Reshape", "MatMul", "Binary.ADD");
  }

  @Test
  void aFactorForEachRowGoesBeforeTheProductThatMakesRowsLonger() {
    Operand down =
        builder.add("down", new Op.MatMul(false, false), x, builder.trainable("a", ones(4, 2)));
    Operand up =
        builder.add("up", new Op.MatMul(false, true), down, builder.trainable("b", ones(5, 2)));
    Operand rows = builder.input("rows", TensorType.of(DataType.FLOAT, 2, 1, 1));
    builder.output("y", builder.add("scale", MUL, rows, up));
    assertThat(Simplification.of(builder.build()))
        .hasToString(
            """
            %2 float[2, 3, 2] = MatMul[transposeA=false, transposeB=false]('x', 'a')  # down
            %4 float[2, 3, 2] = Binary[kind=MUL](%2, 'rows')  # scale
            %6 float[2, 3, 5] = MatMul[transposeA=false, transposeB=true](%4, 'b')  # up
            output 'y' = %6
            """);
  }

  @Test
  void aFactorStaysBehindAProductThatMayNotBeScaledBefore() {
    Operand rows = builder.input("rows", TensorType.of(DataType.FLOAT, 2, 1, 1));
    Operand columns = builder.input("columns", TensorType.of(DataType.FLOAT, 2, 1, 5));
    Operand one = builder.input("one", TensorType.of(DataType.FLOAT, 1, 1, 1));
    Op product = new Op.MatMul(false, false);
    Operand wide = builder.constant("wide", ones(4, 5));
    Operand biased = builder.add("b", product, x, wide, builder.constant("bias", ones(5)));
    Operand asked = builder.add("c", product, x, wide);
    Operand shorter = builder.add("d", product, x, builder.constant("narrow", ones(4, 3)));
    Operand alone = builder.add("e", product, x, builder.trainable("other", ones(4, 5)));
    builder.output("asked", asked);
    builder.output("y0", builder.add("f", MUL, biased, rows));
    builder.output("y1", builder.add("g", MUL, asked, rows));
    builder.output("y2", builder.add("h", MUL, shorter, rows));
    builder.output("y3", builder.add("i", MUL, alone, one));
    Operand last = builder.add("j", product, x, builder.trainable("last", ones(4, 5)));
    builder.output("y4", builder.add("k", MUL, last, columns));
    Program program = builder.build();
    assertThat(Simplification.of(program)).isSameAs(program);
  }

  private static INDArray ones(long... shape) {
    return Nd4j.ones(DataType.FLOAT, shape);
  }

  private static List<String> ops(Program program) {
    return program.instructions().stream().map(instruction -> instruction.op().name()).toList();
  }
}
