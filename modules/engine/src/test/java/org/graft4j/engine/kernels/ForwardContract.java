/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.CompareKind;
import org.graft4j.engine.program.LogicKind;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Op.FusedMatMul.Step;
import org.graft4j.engine.program.ReduceKind;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.TensorType;
import org.graft4j.engine.program.UnaryKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What each kind of instruction computes, against plain loops in double. Extend it, say which set.
 */
public abstract class ForwardContract {
  protected abstract Kernels kernels();

  private DynamicTest same(String name, Op op, double[] expected, INDArray... inputs) {
    return same(name, op, 0, expected, inputs);
  }

  private DynamicTest same(String name, Op op, int output, double[] expected, INDArray... inputs) {
    return DynamicTest.dynamicTest(
        name, () -> Forward.check(kernels(), op, output, expected, inputs));
  }

  private static INDArray n(long... shape) {
    return Gradients.normal(Arrays.hashCode(shape), shape);
  }

  private static double[] numbers(INDArray array) {
    return array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
  }

  @TestFactory
  Stream<DynamicTest> unary() {
    Map<UnaryKind, DoubleUnaryOperator> functions = new EnumMap<>(UnaryKind.class);
    functions.put(UnaryKind.NEG, x -> -x);
    functions.put(UnaryKind.ABS, Math::abs);
    functions.put(UnaryKind.EXP, Math::exp);
    functions.put(UnaryKind.LOG, Math::log);
    functions.put(UnaryKind.SQRT, Math::sqrt);
    functions.put(UnaryKind.RSQRT, x -> 1 / Math.sqrt(x));
    functions.put(UnaryKind.RECIPROCAL, x -> 1 / x);
    functions.put(UnaryKind.SQUARE, x -> x * x);
    functions.put(UnaryKind.TANH, Math::tanh);
    functions.put(UnaryKind.SIGMOID, ForwardContract::sigmoid);
    functions.put(UnaryKind.RELU, x -> Math.max(x, 0));
    functions.put(UnaryKind.ERF, ForwardContract::erf);
    functions.put(UnaryKind.SIN, Math::sin);
    functions.put(UnaryKind.COS, Math::cos);
    functions.put(UnaryKind.GELU_ERF, x -> x / 2 * (1 + erf(x / Math.sqrt(2))));
    functions.put(
        UnaryKind.GELU_TANH,
        x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))));
    functions.put(UnaryKind.QUICK_GELU, x -> x * sigmoid(1.702 * x));
    functions.put(UnaryKind.SILU, x -> x * sigmoid(x));
    functions.put(UnaryKind.SOFTPLUS, x -> x > 30 ? x : Math.log1p(Math.exp(x)));
    functions.put(UnaryKind.FLOOR, Math::floor);
    functions.put(UnaryKind.CEIL, Math::ceil);
    functions.put(UnaryKind.ROUND, Math::rint);
    functions.put(UnaryKind.SIGN, Math::signum);
    List<DynamicTest> tests = new ArrayList<>();
    for (UnaryKind kind : UnaryKind.values()) {
      boolean positive =
          kind == UnaryKind.LOG
              || kind == UnaryKind.SQRT
              || kind == UnaryKind.RSQRT
              || kind == UnaryKind.RECIPROCAL;
      for (long[] shape : new long[][] {{}, {1}, {7, 129}, {2, 1, 3}}) {
        INDArray x = positive ? Gradients.uniform(3, 0.1, 4, shape) : n(shape).mul(2);
        tests.add(
            same(
                kind + " " + shape.length,
                new Op.Unary(kind),
                Arrays.stream(numbers(x)).map(functions.get(kind)).toArray(),
                x));
      }
    }
    INDArray edges = Nd4j.createFromArray(-100.0, -2.5, -0.5, 0.0, 0.5, 1.5, 2.5, 100.0);
    for (UnaryKind kind :
        new UnaryKind[] {
          UnaryKind.ROUND,
          UnaryKind.SOFTPLUS,
          UnaryKind.SIGMOID,
          UnaryKind.TANH,
          UnaryKind.RELU,
          UnaryKind.SIGN,
          UnaryKind.GELU_ERF,
          UnaryKind.GELU_TANH,
          UnaryKind.SILU
        }) {
      tests.add(
          same(
              kind + " edges",
              new Op.Unary(kind),
              Arrays.stream(numbers(edges)).map(functions.get(kind)).toArray(),
              edges));
    }
    INDArray x = n(5, 3);
    tests.add(same("LeakyRelu", new Op.LeakyRelu(0.2), map(x, v -> v > 0 ? v : 0.2 * v), x));
    tests.add(same("Elu", new Op.Elu(1.5), map(x, v -> v > 0 ? v : 1.5 * Math.expm1(v)), x));
    tests.add(
        same("Clip", new Op.Clip(-0.3, 0.4), map(x, v -> Math.min(0.4, Math.max(-0.3, v))), x));
    tests.add(
        same(
            "Clip above",
            new Op.Clip(0, Double.POSITIVE_INFINITY),
            map(x, v -> Math.max(0, v)),
            x));
    tests.add(same("PowScalar 3", new Op.PowScalar(3), map(x, v -> v * v * v), x));
    tests.add(
        same(
            "NEG ints",
            new Op.Unary(UnaryKind.NEG),
            new double[] {-1, 2},
            Nd4j.createFromArray(1L, -2L)));
    return tests.stream();
  }

  private static double[] map(INDArray x, DoubleUnaryOperator f) {
    return Arrays.stream(numbers(x)).map(f).toArray();
  }

  @TestFactory
  Stream<DynamicTest> binary() {
    Map<BinaryKind, DoubleBinaryOperator> functions = new EnumMap<>(BinaryKind.class);
    functions.put(BinaryKind.ADD, (a, b) -> a + b);
    functions.put(BinaryKind.SUB, (a, b) -> a - b);
    functions.put(BinaryKind.MUL, (a, b) -> a * b);
    functions.put(BinaryKind.DIV, (a, b) -> a / b);
    functions.put(BinaryKind.MAX, Math::max);
    functions.put(BinaryKind.MIN, Math::min);
    functions.put(BinaryKind.POW, Math::pow);
    Map<CompareKind, DoubleBinaryOperator> relations = new EnumMap<>(CompareKind.class);
    relations.put(CompareKind.EQ, (a, b) -> a == b ? 1 : 0);
    relations.put(CompareKind.NE, (a, b) -> a != b ? 1 : 0);
    relations.put(CompareKind.LT, (a, b) -> a < b ? 1 : 0);
    relations.put(CompareKind.LE, (a, b) -> a <= b ? 1 : 0);
    relations.put(CompareKind.GT, (a, b) -> a > b ? 1 : 0);
    relations.put(CompareKind.GE, (a, b) -> a >= b ? 1 : 0);
    List<DynamicTest> tests = new ArrayList<>();
    long[][][] shapes = {
      {{3, 7}, {3, 7}},
      {{3, 7}, {7}},
      {{7}, {3, 7}},
      {{2, 1, 7}, {3, 1}},
      {{3, 7}, {}},
      {{}, {3, 7}},
      {{129}, {1}},
      {{2, 3, 4, 5}, {2, 1, 1, 5}},
      {{4, 3, 5}, {4, 1, 1}},
      {{4, 3, 1}, {4, 3, 5}},
      {{1, 3, 5}, {1, 1, 1}},
      {{1, 1}, {1}},
      {{}, {}},
      {{4, 1}, {1, 4}}
    };
    for (long[][] s : shapes) {
      INDArray a = Gradients.uniform(1, 0.5, 2, s[0]);
      INDArray b = Gradients.uniform(2, 0.5, 2, s[1]);
      String sizes = Shape.of(s[0]) + " " + Shape.of(s[1]);
      functions.forEach(
          (kind, f) ->
              tests.add(same(kind + sizes, new Op.Binary(kind), broadcast(a, b, f), a, b)));
      INDArray i = a.mul(2).castTo(DataType.INT64);
      INDArray j = b.mul(2).castTo(DataType.INT64);
      relations.forEach(
          (kind, f) ->
              tests.add(same(kind + sizes, new Op.Compare(kind), broadcast(i, j, f), i, j)));
      tests.add(
          same(
              "ADD ints" + sizes,
              new Op.Binary(BinaryKind.ADD),
              broadcast(i, j, (x, y) -> x + y),
              i,
              j));
      INDArray p = a.gt(1.2);
      INDArray q = b.gt(1.2);
      tests.add(
          same("AND" + sizes, new Op.Logic(LogicKind.AND), broadcast(p, q, (x, y) -> x * y), p, q));
      tests.add(same("OR" + sizes, new Op.Logic(LogicKind.OR), broadcast(p, q, Math::max), p, q));
      tests.add(
          same(
              "XOR" + sizes,
              new Op.Logic(LogicKind.XOR),
              broadcast(p, q, (x, y) -> x == y ? 0 : 1),
              p,
              q));
      tests.add(same("NOT" + sizes, new Op.Logic(LogicKind.NOT), map(p, x -> 1 - x), p));
    }
    return tests.stream();
  }

  private static double[] broadcast(INDArray a, INDArray b, DoubleBinaryOperator f) {
    long[] shape = Shape.of(a.shape()).broadcast(Shape.of(b.shape())).toArray();
    double[] x = expand(a, shape);
    double[] y = expand(b, shape);
    double[] out = new double[x.length];
    Arrays.setAll(out, i -> f.applyAsDouble(x[i], y[i]));
    return out;
  }

  private static double[] expand(INDArray a, long[] shape) {
    double[] from = numbers(a);
    double[] to = new double[(int) Shape.of(shape).length()];
    for (int i = 0; i < to.length; i++) {
      int rest = i;
      int index = 0;
      int stride = 1;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        int at = (int) (rest % shape[axis]);
        rest /= (int) shape[axis];
        int own = axis - (shape.length - a.rank());
        if (own >= 0) {
          index += a.size(own) == 1 ? 0 : at * stride;
          stride *= (int) a.size(own);
        }
      }
      to[i] = from[index];
    }
    return to;
  }

  @TestFactory
  Stream<DynamicTest> matrixProducts() {
    List<DynamicTest> tests = new ArrayList<>();
    for (long[] s :
        new long[][] {{1, 1, 1}, {7, 1, 129}, {129, 7, 1}, {1, 129, 7}, {2, 3, 5}, {7, 129, 1}}) {
      for (int batch : new int[] {1, 3}) {
        INDArray a = n(batch, s[0], s[1]);
        INDArray b = n(batch, s[1], s[2]);
        INDArray shared = n(s[1], s[2]);
        double[] each = product(numbers(a), numbers(b), batch, s, false);
        double[] all = product(numbers(a), numbers(shared), batch, s, true);
        INDArray at = a.permute(0, 2, 1).dup('c');
        INDArray bt = b.permute(0, 2, 1).dup('c');
        INDArray sharedT = shared.transpose().dup('c');
        String name = batch + " of " + Shape.of(s);
        tests.add(same("nn " + name, new Op.MatMul(false, false), each, a, b));
        tests.add(same("nt " + name, new Op.MatMul(false, true), each, a, bt));
        tests.add(same("tn " + name, new Op.MatMul(true, false), each, at, b));
        tests.add(same("tt " + name, new Op.MatMul(true, true), each, at, bt));
        tests.add(same("shared n " + name, new Op.MatMul(false, false), all, a, shared));
        tests.add(same("shared t " + name, new Op.MatMul(false, true), all, a, sharedT));
        tests.add(same("shared tt " + name, new Op.MatMul(true, true), all, at, sharedT));
        if (batch == 1) {
          INDArray bias = n(s[2]);
          double[] shift = numbers(bias);
          double[] biased = new double[each.length];
          Arrays.setAll(biased, i -> each[i] + shift[i % shift.length]);
          tests.add(
              same(
                  "bias " + name,
                  new Op.MatMul(false, true),
                  biased,
                  a.reshape(s[0], s[1]),
                  bt.reshape(s[2], s[1]),
                  bias));
        }
      }
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> rowsAreAppendedToACache() {
    List<DynamicTest> tests = new ArrayList<>();
    for (int first : new int[] {0, 1, 2}) {
      INDArray cache = n(2, 4, 3);
      INDArray rows = n(2, 2, 3).add(10);
      double[] expected = numbers(cache);
      double[] added = numbers(rows);
      for (int matrix = 0; matrix < 2; matrix++) {
        System.arraycopy(added, matrix * 6, expected, matrix * 12 + first * 3, 6);
      }
      INDArray slots = Nd4j.createFromArray(new long[] {first, first + 1});
      tests.add(same("Append at " + first, new Op.Append(), expected, cache, rows, slots));
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> productsWithRoundedWeights() {
    List<DynamicTest> tests = new ArrayList<>();
    for (long[] s : new long[][] {{1, 1, 1}, {1, 129, 7}, {7, 1, 129}, {40, 64, 129}}) {
      INDArray a = n(2, s[0], s[1]).castTo(DataType.FLOAT);
      INDArray b = n(s[1], s[2]).castTo(DataType.BFLOAT16);
      INDArray bt = b.transpose().dup('c');
      INDArray bias = n(s[2]).castTo(DataType.FLOAT);
      double[] plain = product(a, b);
      double[] scaled =
          zip(plain, broadcast(n(2, s[0], s[2]), bias, (z, r) -> r), (p, r) -> (p + r) / 4);
      Op.FusedMatMul fused =
          new Op.FusedMatMul(new Op.MatMul(false, true), true, List.of(new Step.Scale(0.25)));
      tests.add(mixed("n " + Shape.of(s), new Op.MatMul(false, false), plain, a, b));
      tests.add(mixed("t " + Shape.of(s), new Op.MatMul(false, true), plain, a, bt));
      tests.add(mixed("fused " + Shape.of(s), fused, scaled, a, bt, bias));
    }
    return tests.stream();
  }

  private DynamicTest mixed(String name, Op op, double[] expected, INDArray... inputs) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          INDArray y = Forward.run(kernels(), op, inputs);
          assertThat(y.dataType()).isEqualTo(DataType.FLOAT);
          double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
          assertThat(numbers(y)).containsExactly(expected, offset(mixedTolerance() * scale));
        });
  }

  /** How far a product with weights of 16 bits may be from that of the rounded weights. */
  protected double mixedTolerance() {
    return 1e-5;
  }

  private static double[] product(double[] a, double[] b, int batch, long[] s, boolean shared) {
    int m = (int) s[0];
    int k = (int) s[1];
    int n = (int) s[2];
    double[] out = new double[batch * m * n];
    for (int z = 0; z < batch; z++) {
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          for (int l = 0; l < k; l++) {
            out[(z * m + i) * n + j] +=
                a[(z * m + i) * k + l] * b[(shared ? 0 : z * k * n) + l * n + j];
          }
        }
      }
    }
    return out;
  }

  /**
   * What went wrong must be seen in the loss: no kernel may turn NaN into a number. Functions that
   * compare (MAX, MIN, Clip, SIGN) are not promised: ND4J takes the other operand.
   */
  @TestFactory
  Stream<DynamicTest> notANumberStaysVisible() {
    INDArray x = n(4, 9);
    x.putScalar(2, 5, Double.NaN);
    int at = 2 * 9 + 5;
    List<DynamicTest> tests = new ArrayList<>();
    for (UnaryKind kind : UnaryKind.values()) {
      if (kind != UnaryKind.SIGN) {
        tests.add(notANumber(kind.toString(), new Op.Unary(kind), at, x));
      }
    }
    for (BinaryKind kind : BinaryKind.values()) {
      if (kind != BinaryKind.MAX && kind != BinaryKind.MIN) {
        tests.add(notANumber(kind + " left", new Op.Binary(kind), at, x, n(4, 9)));
        tests.add(notANumber(kind + " right", new Op.Binary(kind), at, n(4, 9), x));
      }
    }
    tests.add(notANumber("LeakyRelu", new Op.LeakyRelu(0.1), at, x));
    tests.add(notANumber("Elu", new Op.Elu(1), at, x));
    tests.add(notANumber("LayerNorm", new Op.LayerNorm(1e-5), 2 * 9, x, n(9)));
    tests.add(notANumber("RmsNorm", new Op.RmsNorm(1e-5), 2 * 9, x, n(9)));
    tests.add(notANumber("MatMul", new Op.MatMul(false, false), 2 * 5, x, n(9, 5)));
    tests.add(notANumber("SUM", Op.Reduce.of(ReduceKind.SUM, false, 1), 2, x));
    if (softmaxShowsNotANumber()) {
      tests.add(notANumber("Softmax", new Op.Softmax(1), 2 * 9, x));
      tests.add(notANumber("LogSoftmax", new Op.LogSoftmax(1), 2 * 9, x));
    }
    return tests.stream();
  }

  /** Whether one NaN makes its whole row NaN, on every processor. */
  protected boolean softmaxShowsNotANumber() {
    return true;
  }

  private DynamicTest notANumber(String name, Op op, int at, INDArray... inputs) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
            INDArray[] typed =
                Arrays.stream(inputs).map(a -> a.castTo(type)).toArray(INDArray[]::new);
            assertThat(Forward.run(kernels(), op, typed).getDouble(at)).as("%s", type).isNaN();
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> infinityGoesThrough() {
    double inf = Double.POSITIVE_INFINITY;
    INDArray x = Nd4j.createFromArray(inf, 1, -inf);
    return Stream.of(
        same("RELU", new Op.Unary(UnaryKind.RELU), new double[] {inf, 1, 0}, x),
        same("EXP", new Op.Unary(UnaryKind.EXP), new double[] {inf, Math.E, 0}, x),
        same("TANH", new Op.Unary(UnaryKind.TANH), new double[] {1, Math.tanh(1), -1}, x),
        same("NEG", new Op.Unary(UnaryKind.NEG), new double[] {-inf, -1, inf}, x),
        same("MAX", new Op.Binary(BinaryKind.MAX), new double[] {inf, 1, 0.5}, x, n().assign(0.5)),
        same("SUM", Op.Reduce.of(ReduceKind.SUM, false, 0), new double[] {inf}, x.mul(x)));
  }

  @TestFactory
  Stream<DynamicTest> productsWithSteps() {
    List<DynamicTest> tests = new ArrayList<>();
    Op.MatMul plain = new Op.MatMul(false, false);
    for (long[] lead : new long[][] {{}, {3}, {2, 3}}) {
      for (boolean shared : new boolean[] {false, true}) {
        INDArray a = n(join(lead, 7, 5));
        INDArray b = n(join(shared ? new long[0] : lead, 5, 9));
        INDArray whole = n(join(lead, 7, 9)).add(0.5);
        INDArray row = n(9);
        INDArray number = Nd4j.scalar(0.7);
        INDArray batched = n(join(new long[lead.length], 1, 9)).add(1);
        double[] product = product(a, b);
        String name = " lead " + lead.length + " shared " + shared;
        INDArray zeros = Nd4j.create(DataType.DOUBLE, whole.shape());
        tests.add(
            same(
                "gate and residual" + name,
                new Op.FusedMatMul(plain, false, List.of(new Step.Multiply(), new Step.Add())),
                zip(product, numbers(whole), (p, w) -> p * 0.7 + w),
                a,
                b,
                number,
                whole));
        tests.add(
            same(
                "bias, residual and activation" + name,
                new Op.FusedMatMul(
                    plain, true, List.of(new Step.Add(), new Step.Apply(UnaryKind.GELU_ERF))),
                Arrays.stream(
                        zip(
                            zip(product, broadcast(zeros, row, (z, r) -> r), Double::sum),
                            numbers(whole),
                            Double::sum))
                    .map(x -> x / 2 * (1 + erf(x / Math.sqrt(2))))
                    .toArray(),
                a,
                b,
                row,
                whole));
        if (!shared || lead.length == 0) {
          tests.add(
              same(
                  "scale and mask" + name,
                  new Op.FusedMatMul(plain, false, List.of(new Step.Scale(0.25), new Step.Add())),
                  zip(product, broadcast(zeros, batched, (z, m) -> m), (p, m) -> p / 4 + m),
                  a,
                  b,
                  batched));
        }
      }
    }
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> attention() {
    List<DynamicTest> tests = new ArrayList<>();
    for (int length : new int[] {1, 7, 130, 257}) {
      INDArray q = n(2, 3, length, 4).mul(0.7);
      INDArray k = n(2, 3, 129, 4);
      INDArray v = n(2, 3, 129, 5);
      INDArray keys = Nd4j.create(DataType.DOUBLE, 2, 1, 1, 129);
      keys.putScalar(new int[] {1, 0, 0, 3}, -1e9);
      INDArray whole = n(1, 1, length, 129).add(0.25);
      tests.add(same("plain " + length, new Op.Attention(0.5), attend(q, k, v, null), q, k, v));
      for (INDArray mask : List.of(keys, whole)) {
        tests.add(
            same(
                "mask " + length + Shape.of(mask.shape()),
                new Op.Attention(0.5),
                attend(q, k, v, mask),
                q,
                k,
                v,
                mask));
      }
    }
    return tests.stream();
  }

  /** Plain loops with a scale of one half. */
  private static double[] attend(INDArray q, INDArray k, INDArray v, @Nullable INDArray mask) {
    double[] scores = product(q, k.permute(0, 1, 3, 2));
    INDArray grid = Nd4j.create(DataType.DOUBLE, q.size(0), q.size(1), q.size(2), k.size(2));
    double[] added =
        mask == null ? new double[scores.length] : broadcast(grid, mask, (zero, m) -> m);
    int columns = (int) k.size(2);
    for (int row = 0; row < scores.length; row += columns) {
      double sum = 0;
      for (int i = row; i < row + columns; i++) {
        scores[i] = Math.exp(scores[i] / 2 + added[i]);
        sum += scores[i];
      }
      for (int i = row; i < row + columns; i++) {
        scores[i] /= sum;
      }
    }
    return product(Nd4j.create(scores, grid.shape(), 'c'), v);
  }

  private static long[] join(long[] lead, long... sizes) {
    long[] shape = Arrays.copyOf(lead, lead.length + sizes.length);
    System.arraycopy(sizes, 0, shape, lead.length, sizes.length);
    Arrays.setAll(shape, i -> Math.max(1, shape[i]));
    return shape;
  }

  private static double[] zip(double[] a, double[] b, DoubleBinaryOperator f) {
    double[] result = new double[a.length];
    Arrays.setAll(result, i -> f.applyAsDouble(a[i], b[i]));
    return result;
  }

  /** Plain loops over stacks of matrices; one second matrix serves all. */
  private static double[] product(INDArray a, INDArray b) {
    int m = (int) a.size(-2);
    int k = (int) a.size(-1);
    int n = (int) b.size(-1);
    double[] left = numbers(a);
    double[] right = numbers(b);
    double[] result = new double[left.length / k * n];
    for (int at = 0; at < result.length; at++) {
      int row = at / n;
      int matrix = b.rank() == 2 ? 0 : row / m;
      for (int i = 0; i < k; i++) {
        result[at] += left[row * k + i] * right[(matrix * k + i) * n + at % n];
      }
    }
    return result;
  }

  @TestFactory
  Stream<DynamicTest> normsAndSoftmax() {
    List<DynamicTest> tests = new ArrayList<>();
    for (long[] s : new long[][] {{7}, {1, 1}, {5, 129}, {2, 3, 8}, {4, 1}}) {
      int size = (int) s[s.length - 1];
      INDArray x = n(s).mul(3).add(1);
      INDArray gamma = n(size);
      INDArray beta = n(size).add(0.5);
      double[] v = numbers(x);
      double[] y = new double[v.length];
      double[] r = new double[v.length];
      double[] mean = new double[v.length / size];
      double[] variances = new double[mean.length];
      double[] means = new double[mean.length]; // of the squares
      for (int row = 0; row < mean.length; row++) {
        double squares = 0;
        double variance = 0;
        for (int i = 0; i < size; i++) {
          mean[row] += v[row * size + i] / size;
          squares += v[row * size + i] * v[row * size + i] / size;
        }
        for (int i = 0; i < size; i++) {
          variance += Math.pow(v[row * size + i] - mean[row], 2) / size;
        }
        variances[row] = variance;
        means[row] = squares;
        for (int i = 0; i < size; i++) {
          int at = row * size + i;
          y[at] =
              (v[at] - mean[row]) / Math.sqrt(variance + 0.1) * gamma.getDouble(i)
                  + beta.getDouble(i);
          r[at] = v[at] / Math.sqrt(squares + 0.1) * gamma.getDouble(i);
        }
      }
      tests.add(same("LayerNorm " + s.length, new Op.LayerNorm(0.1), y, x, gamma, beta));
      tests.add(same("LayerNorm mean " + s.length, new Op.LayerNorm(0.1), 1, mean, x, gamma, beta));
      tests.add(
          same(
              "LayerNorm variance " + s.length,
              new Op.LayerNorm(0.1),
              2,
              variances,
              x,
              gamma,
              beta));
      tests.add(same("RmsNorm " + s.length, new Op.RmsNorm(0.1), r, x, gamma));
      tests.add(same("RmsNorm square " + s.length, new Op.RmsNorm(0.1), 1, means, x, gamma));
    }
    INDArray hidden = Nd4j.create(DataType.DOUBLE, 3, 8).assign(-Float.MAX_VALUE);
    double[] even = new double[3 * 8];
    Arrays.fill(even, 1.0 / 8);
    tests.add(same("Softmax of rows that see nothing", new Op.Softmax(1), even, hidden));
    INDArray x = n(5, 129).mul(10);
    double[] p = new double[5 * 129];
    for (int row = 0; row < 5; row++) {
      double sum = 0;
      for (int i = 0; i < 129; i++) {
        sum += Math.exp(x.getDouble(row, i));
      }
      for (int i = 0; i < 129; i++) {
        p[row * 129 + i] = Math.exp(x.getDouble(row, i)) / sum;
      }
    }
    tests.add(same("Softmax", new Op.Softmax(1), p, x));
    tests.add(
        same(
            "Softmax masked",
            new Op.Softmax(0),
            new double[] {1, 0, 0},
            Nd4j.createFromArray(1.0, -3.4028235e38, -3.4028235e38)));
    tests.add(
        same("LogSoftmax", new Op.LogSoftmax(1), Arrays.stream(p).map(Math::log).toArray(), x));
    return tests.stream();
  }

  @TestFactory
  Stream<DynamicTest> crossEntropies() {
    List<DynamicTest> tests = new ArrayList<>();
    for (int[] s : new int[][] {{1, 1}, {1, 7}, {7, 129}, {129, 1}, {129, 7}, {37, 50000}}) {
      int rows = s[0];
      int classes = s[1];
      String name = rows + " of " + classes;
      INDArray logits = n(rows, classes);
      INDArray labels = Gradients.uniform(5, 0, 2.0 / classes, rows, classes);
      int[] ids = new int[rows];
      Arrays.setAll(ids, row -> row % 3 == 1 ? -100 : (row * 31 + 5) % classes);
      double[][] given = rows(labels, classes);
      double[][] hot = new double[rows][classes];
      for (int row = 0; row < rows; row++) {
        if (ids[row] >= 0) {
          hot[row][ids[row]] = 1;
        }
      }
      Op loss = new Op.CrossEntropy();
      Op grad = new Op.CrossEntropyGrad();
      INDArray dy =
          Gradients.uniform(6, 0, 1 + classes / 250, rows); // makes small gradients larger
      INDArray losses = n(rows);
      INDArray chosen = Nd4j.createFromArray(ids);
      double[][] z = rows(logits, classes);
      tests.add(same("ids " + name, loss, losses(z, hot), logits, chosen));
      tests.add(same("labels " + name, loss, losses(z, given), logits, labels));
      tests.add(same("ids grad " + name, grad, gradients(z, hot, dy), dy, losses, logits, chosen));
      tests.add(
          same("labels grad " + name, grad, gradients(z, given, dy), dy, losses, logits, labels));
    }
    INDArray logits =
        Nd4j.createFromArray(new double[][] {{1, 2, 3}, {1e4, -1e4, 0}, {1e4, -1e4, 0}, {5, 5, 1}});
    double[] losses = {Math.log(1 + Math.exp(-1) + Math.exp(-2)), 0, 2e4, 0};
    INDArray ids = Nd4j.createFromArray(2L, 0L, 1L, -1L);
    tests.add(same("extremes", new Op.CrossEntropy(), losses, logits, ids));
    tests.add(
        same("stacked", new Op.CrossEntropy(), losses, logits.reshape(2, 2, 3), ids.reshape(2, 2)));
    tests.add(
        same(
            "one row without an axis",
            new Op.CrossEntropy(),
            new double[] {losses[0]},
            Nd4j.createFromArray(1.0, 2.0, 3.0),
            Nd4j.scalar(2)));
    tests.add(
        same(
            "nothing counts",
            new Op.CrossEntropy(),
            new double[4],
            logits,
            Nd4j.createFromArray(-100, -1, -100, -100)));
    return tests.stream();
  }

  private static double[][] rows(INDArray array, int columns) {
    double[] all = numbers(array);
    double[][] rows = new double[all.length / columns][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(all, i * columns, (i + 1) * columns));
    return rows;
  }

  private static double logOfSum(double[] logits) {
    double max = Arrays.stream(logits).max().orElseThrow();
    return max + Math.log(Arrays.stream(logits).map(x -> Math.exp(x - max)).sum());
  }

  private static double[] losses(double[][] logits, double[][] labels) {
    double[] losses = new double[logits.length];
    for (int row = 0; row < losses.length; row++) {
      double total = logOfSum(logits[row]);
      for (int i = 0; i < labels[row].length; i++) {
        losses[row] += labels[row][i] * (total - logits[row][i]);
      }
    }
    return losses;
  }

  private static double[] gradients(double[][] logits, double[][] labels, INDArray dlosses) {
    int columns = logits[0].length;
    double[] gradients = new double[logits.length * columns];
    for (int row = 0; row < logits.length; row++) {
      double total = logOfSum(logits[row]);
      double mass = Arrays.stream(labels[row]).sum();
      for (int i = 0; i < columns; i++) {
        gradients[row * columns + i] =
            dlosses.getDouble(row) * (Math.exp(logits[row][i] - total) * mass - labels[row][i]);
      }
    }
    return gradients;
  }

  @Test
  void crossEntropyShowsNanOnlyInRowsThatCount() {
    double nan = Double.NaN;
    double infinity = Double.POSITIVE_INFINITY;
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      INDArray logits =
          Nd4j.createFromArray(
                  new double[][] {
                    {nan, 1, 2}, {1, nan, 2}, {1, 2, infinity}, {1, 2, 3}, {nan, infinity, 1}
                  })
              .castTo(type);
      INDArray ids = Nd4j.createFromArray(2, -100, 0, 0, 1);
      INDArray losses = Forward.run(kernels(), new Op.CrossEntropy(), logits, ids);
      assertThat(numbers(losses)[0]).isNaN();
      assertThat(numbers(losses)[1]).isZero();
      assertThat(numbers(losses)[2]).isNaN();
      assertThat(numbers(losses)[3]).isFinite();
      INDArray dy = Nd4j.createFromArray(1.0, 1, 1, 1, 0).castTo(type);
      double[] dx =
          numbers(Forward.run(kernels(), new Op.CrossEntropyGrad(), dy, losses, logits, ids));
      for (int i = 0; i < 3; i++) {
        assertThat(dx[i]).isNaN();
        assertThat(dx[3 + i]).as("a row that is ignored").isZero();
        assertThat(dx[6 + i]).isNaN();
        assertThat(dx[9 + i]).isFinite().isNotZero();
        assertThat(dx[12 + i]).as("a row whose loss is not read").isZero();
      }
      INDArray labels = Nd4j.ones(type, 5, 3);
      double[] given = numbers(Forward.run(kernels(), new Op.CrossEntropy(), logits, labels));
      assertThat(given[0]).isNaN();
      assertThat(given[3]).isFinite();
    }
  }

  @TestFactory
  Stream<DynamicTest> movements() {
    List<DynamicTest> tests = new ArrayList<>();
    INDArray x = n(3, 4, 5);
    double[] v = numbers(x);
    INDArray ids = Nd4j.createFromArray(new long[][] {{2, 0}, {1, 2}});
    tests.add(
        same("Gather 0", new Op.Gather(0), pick(v, 2 * 20, 20, 0, 20, 20, 20, 40, 20), x, ids));
    INDArray vector = n(7);
    tests.add(
        same(
            "Gather vector",
            new Op.Gather(0),
            map3(2, 2, (o, i) -> vector.getDouble(new int[][] {{2, 0}, {1, 2}}[o][i])),
            vector,
            ids));
    tests.add(
        same(
            "Gather 2",
            new Op.Gather(2),
            map3(12, 4, (o, i) -> v[o * 5 + new int[] {2, 0, 1, 2}[i]]),
            x,
            ids));
    tests.add(
        same(
            "ScatterAdd",
            new Op.ScatterAdd(0, 4),
            new double[] {5, 0, 4, 3},
            Nd4j.createFromArray(2, 0, 3, 0, 2),
            Nd4j.createFromArray(1.0, 2, 3, 3, 3)));
    tests.add(same("Concat", new Op.Concat(1), map3(3, 40, (o, i) -> v[o * 20 + i % 20]), x, x));
    tests.add(
        same(
            "Slice",
            Op.Slice.of(new long[] {0, 1, 1}, new long[] {3, 4, 5}, new long[] {2, 2, 3}),
            new double[] {v[6], v[9], v[16], v[19], v[46], v[49], v[56], v[59]},
            x));
    Op.Slice part = Op.Slice.along(Shape.of(2, 3), 1, 1, 2);
    tests.add(
        same(
            "SliceGrad",
            new Op.SliceGrad(part, Shape.of(2, 3)),
            new double[] {0, 7, 0, 0, 8, 0},
            Nd4j.createFromArray(new double[][] {{7}, {8}})));
    tests.add(same("Permute", Op.Permute.of(2, 0, 1), map3(5, 12, (o, i) -> v[i * 5 + o]), x));
    tests.add(same("Reshape", new Op.Reshape(Shape.of(5, 12)), v, x));
    tests.add(
        same("Broadcast", new Op.Broadcast(Shape.of(2, 3, 4, 5)), map3(2, 60, (o, i) -> v[i]), x));
    tests.add(
        same(
            "Broadcast ints",
            new Op.Broadcast(Shape.of(2, 3)),
            new double[] {4, 4, 4, 5, 5, 5},
            Nd4j.createFromArray(new long[][] {{4}, {5}})));
    INDArray c = Nd4j.createFromArray(true, false, true);
    tests.add(
        same(
            "Select",
            new Op.Select(),
            new double[] {1, 9, 3},
            c,
            Nd4j.createFromArray(1.0, 2, 3),
            Nd4j.scalar(9.0)));
    tests.add(
        same(
            "Select ints",
            new Op.Select(),
            new double[] {1, 9, 1, 1, 8, 1},
            c,
            Nd4j.scalar(1L),
            Nd4j.createFromArray(new long[][] {{9}, {8}})));
    tests.add(
        same(
            "Select broadcast",
            new Op.Select(),
            map3(4, 3, (o, i) -> i == 1 ? -o : 7),
            c,
            Nd4j.scalar(7.0),
            Nd4j.createFromArray(0.0, -1, -2, -3).reshape(4, 1)));
    INDArray real = Nd4j.createFromArray(-1.7, 0.0, 2.9);
    tests.add(same("Cast long", new Op.Cast(DataType.INT64), new double[] {-1, 0, 2}, real));
    tests.add(same("Cast int", new Op.Cast(DataType.INT32), new double[] {-1, 0, 2}, real));
    tests.add(same("Cast bool", new Op.Cast(DataType.BOOL), new double[] {1, 0, 1}, real));
    tests.add(same("Cast from bool", new Op.Cast(DataType.FLOAT), new double[] {1, 0, 1}, c));
    tests.add(
        same(
            "Cast from long",
            new Op.Cast(DataType.FLOAT),
            new double[] {5, -3},
            Nd4j.createFromArray(5L, -3L)));
    tests.add(
        same(
            "OneHot",
            new Op.OneHot(3, 1, 0, DataType.FLOAT),
            new double[] {0, 0, 1, 1, 0, 0},
            Nd4j.createFromArray(2, 0)));
    tests.add(
        same(
            "OneHot on off",
            new Op.OneHot(2, 5, -1, DataType.FLOAT),
            new double[] {-1, 5, 5, -1},
            Nd4j.createFromArray(new long[][] {{1, 0}})));
    tests.add(
        same(
            "Fill",
            new Op.Fill(TensorType.of(DataType.FLOAT, 2, 2), 1.5),
            new double[] {1.5, 1.5, 1.5, 1.5}));
    tests.add(
        same("Fill bool", new Op.Fill(TensorType.of(DataType.BOOL, 2), 1), new double[] {1, 1}));
    tests.add(same("Fill scalar", new Op.Fill(TensorType.of(DataType.INT64), 7), new double[] {7}));
    tests.add(same("Dropout off", new Op.Dropout(0.5, 0), v, x));
    tests.add(
        same(
            "SUM",
            Op.Reduce.of(ReduceKind.SUM, false, 0, 2),
            map3(4, 1, (o, i) -> fold(v, o, 0, Double::sum)),
            x));
    tests.add(
        same(
            "MEAN",
            Op.Reduce.of(ReduceKind.MEAN, true, 0, 2),
            map3(4, 1, (o, i) -> fold(v, o, 0, Double::sum) / 15),
            x));
    tests.add(
        same(
            "MAX",
            Op.Reduce.of(ReduceKind.MAX, false, 0, 2),
            map3(4, 1, (o, i) -> fold(v, o, -99, Math::max)),
            x));
    tests.add(
        same(
            "MIN",
            Op.Reduce.of(ReduceKind.MIN, false, 0, 2),
            map3(4, 1, (o, i) -> fold(v, o, 99, Math::min)),
            x));
    tests.add(
        same(
            "PROD",
            Op.Reduce.of(ReduceKind.PROD, false, 0, 2),
            map3(4, 1, (o, i) -> fold(v, o, 1, (a, b) -> a * b)),
            x));
    tests.add(
        same(
            "SUM all",
            Op.Reduce.of(ReduceKind.SUM, false, 0, 1, 2),
            new double[] {Arrays.stream(v).sum()},
            x));
    tests.add(same("SUM none", Op.Reduce.of(ReduceKind.SUM, false), v, x));
    tests.add(
        same(
            "SUM ints",
            Op.Reduce.of(ReduceKind.SUM, false, 1),
            new double[] {3, 7},
            Nd4j.createFromArray(new long[][] {{1, 2}, {3, 4}})));
    return tests.stream();
  }

  @Test
  void idsOutOfRangeAreSaid() {
    INDArray table = n(3, 2);
    for (int id : new int[] {3, -1}) {
      INDArray ids = Nd4j.createFromArray(0, id);
      assertThatThrownBy(
              () -> Forward.check(kernels(), new Op.Gather(0), 0, new double[4], table, ids))
          .hasMessage("ids must be from 0 to 2 (node 'node'): " + id);
    }
    assertThatThrownBy(
            () ->
                Forward.check(
                    kernels(),
                    new Op.CrossEntropy(),
                    0,
                    new double[2],
                    n(2, 3),
                    Nd4j.createFromArray(3, 0)))
        .hasMessage("class ids must be below 3 (node 'node'): 3");
    assertThatThrownBy(
            () ->
                Forward.check(
                    kernels(),
                    new Op.CrossEntropyGrad(),
                    0,
                    new double[6],
                    n(2),
                    n(2),
                    n(2, 3),
                    Nd4j.createFromArray(-1, 7)))
        .hasMessage("class ids must be below 3 (node 'node'): 7");
  }

  private static double fold(double[] v, int middle, double start, DoubleBinaryOperator f) {
    double result = start;
    for (int a = 0; a < 3; a++) {
      for (int b = 0; b < 5; b++) {
        result = f.applyAsDouble(result, v[a * 20 + middle * 5 + b]);
      }
    }
    return result;
  }

  /** A value for each pair of an outer and an inner index. */
  private interface Cell {
    double at(int outer, int inner);
  }

  private static double[] map3(int outer, int inner, Cell cell) {
    double[] out = new double[outer * inner];
    Arrays.setAll(out, i -> cell.at(i / inner, i % inner));
    return out;
  }

  /** Runs of the numbers: begin, length, begin, length, … */
  private static double[] pick(double[] v, int... runs) {
    List<Double> out = new ArrayList<>();
    for (int i = 0; i < runs.length; i += 2) {
      for (int j = 0; j < runs[i + 1]; j++) {
        out.add(v[runs[i] + j]);
      }
    }
    return out.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** The Maclaurin series near 0, the continued fraction of the complement elsewhere. */
  private static double erf(double x) {
    double a = Math.abs(x);
    if (a > 2) {
      double fraction = a;
      for (int i = 120; i > 0; i--) {
        fraction = a + i / 2.0 / fraction;
      }
      return Math.signum(x) * (1 - Math.exp(-a * a) / fraction / Math.sqrt(Math.PI));
    }
    double term = x;
    double sum = x;
    for (int i = 1; i < 100; i++) {
      term *= -x * x / i;
      sum += term / (2 * i + 1);
    }
    return sum * 2 / Math.sqrt(Math.PI);
  }
}
