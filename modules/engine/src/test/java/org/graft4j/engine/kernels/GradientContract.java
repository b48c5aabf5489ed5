/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.graft4j.engine.differentiate.Differentiation;
import org.graft4j.engine.fuse.Fusion;
import org.graft4j.engine.kernels.Gradients.Body;
import org.graft4j.engine.plan.MemoryPlan;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.CompareKind;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.ProgramBuilder;
import org.graft4j.engine.program.ReduceKind;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.UnaryKind;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The laws of a kernel set. Extend it, say which set; every kind of instruction is checked. */
public abstract class GradientContract {
  protected abstract Kernels kernels();

  private DynamicTest gradient(String name, Body body, INDArray... trainables) {
    return DynamicTest.dynamicTest(name, () -> Gradients.check(kernels(), body, trainables));
  }

  private static INDArray n(long... shape) {
    return Gradients.normal(shape.length == 0 ? 5 : shape[0] * 31 + shape.length, shape);
  }

  private static INDArray positive(long... shape) {
    return Gradients.uniform(7, 0.5, 2, shape);
  }

  @TestFactory
  Stream<DynamicTest> gradientsOfMatrixProducts() {
    List<DynamicTest> tests = new ArrayList<>();
    long[][] sizes = {{1, 1, 1}, {7, 1, 129}, {129, 7, 1}, {2, 3, 5}, {1, 129, 7}};
    for (boolean ta : new boolean[] {false, true}) {
      for (boolean tb : new boolean[] {false, true}) {
        for (long[] s : sizes) {
          for (long[] lead : new long[][] {{}, {3}, {2, 3}, {1}}) {
            for (boolean shared : new boolean[] {false, true}) {
              INDArray a = n(shape(lead, ta ? s[1] : s[0], ta ? s[0] : s[1]));
              INDArray b =
                  n(shape(shared ? new long[0] : lead, tb ? s[2] : s[1], tb ? s[1] : s[2]));
              String name =
                  "MatMul "
                      + ta
                      + tb
                      + List.of(s[0], s[1], s[2])
                      + " lead "
                      + lead.length
                      + " shared "
                      + shared;
              tests.add(
                  gradient(
                      name,
                      (p, t) -> p.add("mm", new Op.MatMul(ta, tb), t.get(0), t.get(1)),
                      a,
                      b));
            }
          }
        }
      }
    }
    tests.add(
        gradient(
            "bias",
            (p, t) -> p.add("mm", new Op.MatMul(false, true), t.get(0), t.get(1), t.get(2)),
            n(2, 3, 4),
            n(5, 4),
            n(5)));
    return tests.stream();
  }

  private static long[] shape(long[] lead, long... last) {
    long[] shape = new long[lead.length + last.length];
    System.arraycopy(lead, 0, shape, 0, lead.length);
    System.arraycopy(last, 0, shape, lead.length, last.length);
    return shape;
  }

  @TestFactory
  Stream<DynamicTest> gradientsOfElementwiseOps() {
    List<DynamicTest> tests = new ArrayList<>();
    long[][][] shapes = {
      {{3, 7}, {3, 7}},
      {{3, 7}, {7}},
      {{2, 1, 7}, {3, 1}},
      {{3, 7}, {}},
      {{}, {3, 7}},
      {{129}, {1}},
      {{2, 3, 4, 5}, {2, 1, 1, 5}},
      {{1}, {1}},
      {{}, {}}
    };
    for (BinaryKind kind : BinaryKind.values()) {
      for (long[][] s : shapes) {
        tests.add(
            gradient(
                kind + " " + s[0].length + "," + s[1].length,
                (p, t) -> p.add("b", new Op.Binary(kind), t.get(0), t.get(1)),
                positive(s[0]),
                n(s[1]).add(0.3)));
      }
    }
    for (UnaryKind kind : UnaryKind.values()) {
      boolean wantsPositive =
          kind == UnaryKind.LOG
              || kind == UnaryKind.SQRT
              || kind == UnaryKind.RSQRT
              || kind == UnaryKind.RECIPROCAL;
      for (long[] s : new long[][] {{}, {1}, {7, 129}, {2, 3, 5}}) {
        tests.add(
            gradient(
                kind + " " + s.length,
                (p, t) -> p.add("u", new Op.Unary(kind), t.get(0)),
                wantsPositive ? positive(s) : n(s)));
      }
    }
    tests.add(
        gradient(
            "PowScalar", (p, t) -> p.add("u", new Op.PowScalar(2.5), t.get(0)), positive(3, 5)));
    tests.add(
        gradient("LeakyRelu", (p, t) -> p.add("u", new Op.LeakyRelu(0.1), t.get(0)), n(3, 5)));
    tests.add(gradient("Elu", (p, t) -> p.add("u", new Op.Elu(1.5), t.get(0)), n(3, 5)));
    tests.add(gradient("Clip", (p, t) -> p.add("u", new Op.Clip(-0.5, 0.7), t.get(0)), n(3, 5)));
    tests.add(
        gradient(
            "Cast same", (p, t) -> p.add("u", new Op.Cast(DataType.DOUBLE), t.get(0)), n(3, 5)));
    tests.add(
        gradient(
            "x·x + x",
            (p, t) -> {
              Operand square = p.add("m", new Op.Binary(BinaryKind.MUL), t.get(0), t.get(0));
              return p.add("a", new Op.Binary(BinaryKind.ADD), square, t.get(0));
            },
            n(3, 5)));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> gradientsOfNormsAndSoftmax() {
    List<DynamicTest> tests = new ArrayList<>();
    for (long[] s : new long[][] {{7}, {1, 1}, {5, 129}, {2, 3, 8}, {4, 1}}) {
      long size = s[s.length - 1];
      if (size > 1) {
        tests.add(
            gradient(
                "LayerNorm " + s.length,
                (p, t) -> p.add("n", new Op.LayerNorm(1e-5), t.get(0), t.get(1), t.get(2)),
                n(s),
                n(size),
                n(size).mul(2)));
        tests.add(
            gradient(
                "LayerNorm no beta " + s.length,
                (p, t) -> p.add("n", new Op.LayerNorm(1e-2), t.get(0), t.get(1)),
                n(s),
                n(size)));
      }
      tests.add(
          gradient(
              "RmsNorm " + s.length,
              (p, t) -> p.add("n", new Op.RmsNorm(1e-3), t.get(0), t.get(1)),
              n(s),
              n(size)));
    }
    tests.add(
        gradient(
            "LayerNorm frozen parameters",
            (p, t) ->
                p.add(
                    "n",
                    new Op.LayerNorm(1e-5),
                    t.get(0),
                    p.constant("g", n(6)),
                    p.constant("b", n(6))),
            n(4, 6)));
    for (int axis = 0; axis < 3; axis++) {
      int at = axis;
      tests.add(
          gradient(
              "Softmax " + axis, (p, t) -> p.add("s", new Op.Softmax(at), t.get(0)), n(3, 7, 4)));
      tests.add(
          gradient(
              "LogSoftmax " + axis,
              (p, t) -> p.add("s", new Op.LogSoftmax(at), t.get(0)),
              n(3, 7, 4)));
    }
    tests.add(
        gradient("Softmax vector", (p, t) -> p.add("s", new Op.Softmax(0), t.get(0)), n(129)));
    Op entropy = new Op.CrossEntropy();
    for (long[] shape : new long[][] {{1, 1}, {1, 2}, {7, 129}, {129, 7}}) {
      int[] ids = new int[(int) shape[0]];
      Arrays.setAll(ids, row -> row % 3 == 2 ? -100 : row % (int) shape[1]);
      tests.add(
          gradient(
              "CrossEntropy ids " + Shape.of(shape),
              (p, t) -> p.add("ce", entropy, t.get(0), p.constant("l", Nd4j.createFromArray(ids))),
              n(shape)));
    }
    tests.add(
        gradient(
            "CrossEntropy stacked ids",
            (p, t) ->
                p.add(
                    "ce",
                    entropy,
                    t.get(0),
                    p.constant("l", Nd4j.createFromArray(new long[][] {{0, 2}, {-100, 1}}))),
            n(2, 2, 3)));
    tests.add(
        gradient(
            "CrossEntropy nothing counts",
            (p, t) ->
                p.add("ce", entropy, t.get(0), p.constant("l", Nd4j.createFromArray(-1, -100))),
            n(2, 3)));
    tests.add(
        gradient(
            "CrossEntropy probabilities",
            (p, t) -> p.add("ce", entropy, t.get(0), p.constant("l", positive(4, 3))),
            n(4, 3)));
    tests.add(
        gradient(
            "CrossEntropy trained labels",
            (p, t) -> p.add("ce", entropy, t.get(0), t.get(1)),
            n(2, 2, 3),
            positive(2, 2, 3)));
    return tests.stream();
  }

  /** Gradients of logits lie over the logits, and all that is held beside is a block of rows. */
  @Test
  void crossEntropyHoldsTheLogitsOnce() {
    ProgramBuilder builder = program();
    INDArray table = Nd4j.ones(DataType.FLOAT, 4, 20000);
    Operand logits =
        builder.add(
            "logits",
            new Op.MatMul(false, false),
            builder.constant("x", Nd4j.ones(DataType.FLOAT, 256, 4)),
            builder.trainable("w", table));
    Operand ids = builder.constant("ids", Nd4j.zeros(DataType.INT32, 256));
    Operand losses = builder.add("ce", new Op.CrossEntropy(), logits, ids);
    builder.loss(builder.add("mean", Op.Reduce.of(ReduceKind.MEAN, false, 0), losses));
    Program program = Fusion.of(Differentiation.of(builder.build()));
    try (MemoryPlan plan = MemoryPlan.of(program, kernels())) {
      long others = table.length() * Float.BYTES;
      assertThat(plan.bytes() - others)
          .as(plan.toString())
          .isBetween(logits.type().bytes(), logits.type().bytes() * 3 / 2);
    }
  }

  @TestFactory
  Stream<DynamicTest> gradientsOfAttention() {
    List<DynamicTest> tests = new ArrayList<>();
    for (int length : new int[] {1, 7, 130}) {
      for (boolean masked : new boolean[] {false, true}) {
        INDArray mask = n(1, 1, length, 9);
        tests.add(
            gradient(
                "Attention " + length + (masked ? " masked" : ""),
                (p, t) ->
                    masked
                        ? p.add(
                            "a",
                            new Op.Attention(0.5),
                            t.get(0),
                            t.get(1),
                            t.get(2),
                            p.constant("m", mask))
                        : p.add("a", new Op.Attention(0.5), t.get(0), t.get(1), t.get(2)),
                n(2, 2, length, 4),
                n(2, 2, 9, 4),
                n(2, 2, 9, 3)));
      }
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> gradientsOfMovements() {
    List<DynamicTest> tests = new ArrayList<>();
    INDArray ids = Nd4j.createFromArray(new long[][] {{1, 1, 4}, {0, 1, 2}});
    for (int axis = 0; axis < 3; axis++) {
      int at = axis;
      tests.add(
          gradient(
              "Gather " + axis,
              (p, t) -> p.add("g", new Op.Gather(at), t.get(0), p.constant("ids", ids)),
              n(5, 6, 7)));
      tests.add(
          gradient(
              "Concat " + axis,
              (p, t) -> p.add("c", new Op.Concat(at), t.get(0), t.get(1), t.get(0)),
              n(2, 3, 4),
              n(2, 3, 4)));
    }
    tests.add(
        gradient(
            "Gather one id",
            (p, t) -> p.add("g", new Op.Gather(0), t.get(0), p.constant("ids", Nd4j.scalar(2L))),
            n(5, 6)));
    tests.add(
        gradient(
            "Gather int ids",
            (p, t) ->
                p.add(
                    "g",
                    new Op.Gather(0),
                    t.get(0),
                    p.constant("ids", Nd4j.createFromArray(3, 0, 3))),
            n(5, 1)));
    tests.add(
        gradient(
            "Gather vector",
            (p, t) ->
                p.add(
                    "g",
                    new Op.Gather(0),
                    t.get(0),
                    p.constant("ids", Nd4j.createFromArray(3, 0, 3))),
            n(5)));
    long[][][] slices = {
      {{0, 0, 0}, {1, 4, 6}, {1, 1, 1}},
      {{1, 1, 1}, {3, 4, 6}, {1, 2, 3}},
      {{0, 1, 0}, {3, 2, 6}, {1, 1, 1}},
      {{1, 2, 3}, {2, 3, 4}, {1, 1, 1}},
      {{1, 1, 2}, {2, 3, 6}, {1, 1, 1}},
      {{0, 0, 0}, {3, 4, 6}, {2, 1, 1}},
      {{1, 0, 0}, {3, 4, 6}, {1, 1, 1}}
    };
    for (int i = 0; i < slices.length; i++) {
      Op.Slice slice = Op.Slice.of(slices[i][0], slices[i][1], slices[i][2]);
      tests.add(gradient("Slice " + i, (p, t) -> p.add("s", slice, t.get(0)), n(3, 4, 6)));
      tests.add(
          gradient(
              "Slice of a result " + i,
              (p, t) -> p.add("s", slice, p.add("u", new Op.Unary(UnaryKind.TANH), t.get(0))),
              n(3, 4, 6)));
    }
    tests.add(
        gradient(
            "Reshape",
            (p, t) ->
                p.add(
                    "s",
                    new Op.Reshape(Shape.of(4, 1, 6)),
                    p.add("u", new Op.Unary(UnaryKind.TANH), t.get(0))),
            n(2, 12)));
    tests.add(
        gradient(
            "Reshape of a trainable",
            (p, t) -> p.add("s", new Op.Reshape(Shape.of(24)), t.get(0)),
            n(2, 12)));
    for (int[] axes : new int[][] {{2, 0, 1}, {0, 2, 1}, {1, 0, 2}, {0, 1, 2}}) {
      tests.add(
          gradient(
              "Permute " + axes[0] + axes[1],
              (p, t) -> p.add("s", Op.Permute.of(axes), t.get(0)),
              n(3, 1, 6)));
      tests.add(
          gradient(
              "Permute " + axes[0] + axes[1] + " of result",
              (p, t) ->
                  p.add(
                      "s", Op.Permute.of(axes), p.add("u", new Op.Unary(UnaryKind.TANH), t.get(0))),
              n(3, 4, 7)));
    }
    tests.add(
        gradient(
            "Broadcast",
            (p, t) -> p.add("s", new Op.Broadcast(Shape.of(2, 3, 4)), t.get(0)),
            n(3, 1)));
    tests.add(
        gradient(
            "Broadcast scalar",
            (p, t) -> p.add("s", new Op.Broadcast(Shape.of(2, 3, 4)), t.get(0)),
            n()));
    for (ReduceKind kind :
        new ReduceKind[] {ReduceKind.SUM, ReduceKind.MEAN, ReduceKind.MAX, ReduceKind.MIN}) {
      for (int[] axes : new int[][] {{0}, {2}, {0, 2}, {0, 1, 2}, {1}}) {
        for (boolean keep : new boolean[] {false, true}) {
          tests.add(
              gradient(
                  kind + " " + axes.length + axes[0] + keep,
                  (p, t) -> p.add("r", Op.Reduce.of(kind, keep, axes), t.get(0)),
                  n(3, 1, 7)));
        }
      }
    }
    tests.add(
        gradient(
            "Select",
            (p, t) -> {
              Operand c =
                  p.add(
                      "c", new Op.Compare(CompareKind.GT), t.get(0), p.scalar(DataType.DOUBLE, 0));
              return p.add("s", new Op.Select(), c, t.get(0), t.get(1));
            },
            n(3, 4),
            n(4)));
    tests.add(
        gradient(
            "Select broadcast",
            (p, t) -> {
              Operand c = p.constant("c", Nd4j.createFromArray(true, false, true).reshape(3, 1));
              return p.add("s", new Op.Select(), c, t.get(0), t.get(1));
            },
            n(4),
            n()));
    return tests.stream();
  }

  static ProgramBuilder program() {
    return new ProgramBuilder();
  }
}
