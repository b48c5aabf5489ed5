/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.lower;

import static org.graft4j.engine.StockComparison.assertSameOutputs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.autodiff.loss.LossReduce;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.loss.SoftmaxCrossEntropyWithLogitsLoss;
import org.nd4j.linalg.factory.Nd4j;

/** Each op of SameDiff with a rule, alone in a graph, against SameDiff itself. */
final class RulesTest {
  private final Map<String, Function<Inputs, SDVariable>> cases = new LinkedHashMap<>();

  private static final class Inputs {
    final SameDiff sd = SameDiff.create();
    final SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, -1, 4);
    final SDVariable y = sd.placeHolder("y", DataType.FLOAT, -1, -1, 4);
    final SDVariable positive = sd.placeHolder("positive", DataType.FLOAT, -1, 4);
    final SDVariable matrix = sd.placeHolder("matrix", DataType.FLOAT, -1, 4);
    final SDVariable ids = sd.placeHolder("ids", DataType.INT64, -1, -1);
    final SDVariable truth = sd.placeHolder("truth", DataType.BOOL, -1, -1, 4);
    final SDVariable weight =
        sd.constant("weight", Nd4j.linspace(-1, 1, 20, DataType.FLOAT).reshape(4, 5));
    final SDVariable table =
        sd.constant("table", Nd4j.linspace(-2, 3, 42, DataType.FLOAT).reshape(7, 6));
    final SDVariable row = sd.constant("row", Nd4j.createFromArray(0.5f, -1f, 2f, 0.25f));

    SDVariable shape(SDVariable of, int axis) {
      return sd.shape(of).get(SDIndex.interval(axis, axis + 1));
    }
  }

  private static Map<String, INDArray> arrays() {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    arrays.put("x", Nd4j.linspace(-2, 2.3, 24, DataType.FLOAT).reshape(2, 3, 4));
    arrays.put("y", Nd4j.linspace(3, -1.1, 24, DataType.FLOAT).reshape(2, 3, 4));
    arrays.put("positive", Nd4j.linspace(0.1, 3, 12, DataType.FLOAT).reshape(3, 4));
    arrays.put("matrix", Nd4j.linspace(-1, 2, 12, DataType.FLOAT).reshape(3, 4));
    arrays.put("ids", Nd4j.createFromArray(new long[][] {{0, 3, 6}, {1, 1, 0}}));
    arrays.put("truth", arrays.get("x").gt(0.4));
    return arrays;
  }

  @TestFactory
  Stream<DynamicTest> rules() {
    arithmetic();
    comparisons();
    functions();
    reductions();
    movements();
    indices();
    products();
    losses();
    shapes();
    return cases.entrySet().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.getKey(),
                    () -> {
                      Inputs inputs = new Inputs();
                      SDVariable output = each.getValue().apply(inputs);
                      assertSameOutputs(inputs.sd, arrays(), 1e-5, output.name());
                    }));
  }

  private void add(String name, Function<Inputs, SDVariable> graph) {
    cases.put(name, graph);
  }

  private void arithmetic() {
    add("add", in -> in.x.add(in.y));
    add("sub", in -> in.x.sub(in.y));
    add("mul", in -> in.x.mul(in.y));
    add("div", in -> in.x.div(in.y.add(4)));
    add("rsub", in -> in.x.rsub(in.y));
    add("rdiv", in -> in.y.add(9).rdiv(in.x));
    add("add row", in -> in.x.add(in.row));
    add("max", in -> in.sd.math().max(in.x, in.y));
    add("min", in -> in.sd.math().min(in.x, in.y));
    add("add scalar", in -> in.x.add(0.3));
    add("sub scalar", in -> in.x.sub(0.3));
    add("rsub scalar", in -> in.x.rsub(0.3));
    add("mul scalar", in -> in.x.mul(0.3));
    add("div scalar", in -> in.x.div(0.3));
    add("rdiv scalar", in -> in.positive.rdiv(0.3));
    add("max scalar", in -> in.sd.scalarMax(in.x, 0.2));
    add("min scalar", in -> in.sd.scalarMin(in.x, 0.2));
    add("pow 2", in -> in.x.pow(2));
    add("pow 3", in -> in.x.pow(3));
    add("pow -1", in -> in.positive.pow(-1));
    add("pow 0.5", in -> in.positive.pow(0.5));
    add("pow variable", in -> in.sd.math().pow(in.positive, in.matrix));
    add("bias add", in -> in.sd.nn().biasAdd(in.x, in.row, false));
    add("squared difference", in -> in.sd.math().squaredDifference(in.x, in.y));
    add("merge add", in -> in.sd.math().mergeAdd(in.x, in.y, in.x));
    add("integers", in -> in.ids.add(2).mul(in.ids));
  }

  private void comparisons() {
    add("eq", in -> in.x.eq(in.y));
    add("neq", in -> in.ids.neq(in.sd.constant(Nd4j.scalar(3L))));
    add("lt", in -> in.x.lt(in.y));
    add("lte", in -> in.x.lte(in.y));
    add("gt", in -> in.x.gt(in.y));
    add("gte", in -> in.x.gte(in.y));
    add("gt scalar", in -> in.x.gt(0.1));
    add("lt scalar", in -> in.ids.lt(2));
    add("eq scalar", in -> in.ids.eq(1));
    add("neq scalar", in -> in.ids.neq(1));
    add("lte scalar", in -> in.x.lte(0.1));
    add("gte scalar", in -> in.x.gte(0.1));
    add("and", in -> in.sd.math().and(in.truth, in.x.lt(in.y)));
    add("or", in -> in.sd.math().or(in.truth, in.x.lt(in.y)));
    add("xor", in -> in.sd.math().xor(in.truth, in.x.lt(in.y)));
    add("where", in -> in.sd.where(in.x, in.y, in.truth));
    add("cast", in -> in.ids.castTo(DataType.FLOAT).mul(1.5));
    add("cast truth", in -> in.truth.castTo(DataType.FLOAT));
    add("cast to integers", in -> in.x.mul(3).castTo(DataType.INT64));
  }

  private void functions() {
    add("neg", in -> in.sd.math().neg(in.x));
    add("abs", in -> in.sd.math().abs(in.x));
    add("exp", in -> in.sd.math().exp(in.x));
    add("log", in -> in.sd.math().log(in.positive));
    add("sqrt", in -> in.sd.math().sqrt(in.positive));
    add("rsqrt", in -> in.sd.math().rsqrt(in.positive));
    add("reciprocal", in -> in.sd.math().reciprocal(in.positive));
    add("square", in -> in.sd.math().square(in.x));
    add("cube", in -> in.sd.math().cube(in.x));
    add("tanh", in -> in.sd.math().tanh(in.x));
    add("sigmoid", in -> in.sd.nn().sigmoid(in.x));
    add("erf", in -> in.sd.math().erf(in.x));
    add("sin", in -> in.sd.math().sin(in.x));
    add("cos", in -> in.sd.math().cos(in.x));
    add("gelu", in -> in.sd.nn().gelu(in.x));
    add("swish", in -> in.sd.nn().swish(in.x));
    add("softplus", in -> in.sd.nn().softplus(in.x));
    add("log sigmoid", in -> in.sd.nn().logSigmoid(in.x));
    add("relu", in -> in.sd.nn().relu(in.x, 0));
    add("relu6", in -> in.sd.nn().relu6(in.x.mul(5), 0));
    add("leaky relu", in -> in.sd.nn().leakyRelu(in.x, 0.1));
    add("elu", in -> in.sd.nn().elu(in.x));
    add("hard tanh", in -> in.sd.nn().hardTanh(in.x));
    add("hard sigmoid", in -> in.sd.nn().hardSigmoid(in.x));
    add("mish", in -> in.sd.math().mul(in.x, in.sd.math().tanh(in.sd.nn().softplus(in.x))));
    add("floor", in -> in.sd.math().floor(in.x));
    add("ceil", in -> in.sd.math().ceil(in.x));
    add("round", in -> in.sd.math().round(in.x));
    add("sign", in -> in.sd.math().sign(in.x));
    add("clip", in -> in.sd.math().clipByValue(in.x, -0.5, 1));
    add("identity", in -> in.sd.identity(in.x.add(1)));
    add("no rule", in -> in.sd.math().asinh(in.x));
    add("cumsum", in -> in.sd.cumsum(in.x, false, false, 1));
  }

  private void reductions() {
    add("sum", in -> in.x.sum(1));
    add("sum keep", in -> in.x.sum(true, 2));
    add("sum all", in -> in.x.sum());
    add("mean", in -> in.x.mean(true, 2));
    add("mean of two axes", in -> in.x.mean(0, 2));
    add("max axis", in -> in.x.max(-1));
    add("min axis", in -> in.x.min(0));
    add("prod", in -> in.x.prod(2));
    add("norm1", in -> in.x.norm1(2));
    add("norm2", in -> in.x.norm2(true, 1));
    add("squared norm", in -> in.sd.squaredNorm(in.x, 1));
    add("norm max", in -> in.x.normmax(1));
    add("std", in -> in.x.std(true, 1));
    add("variance", in -> in.sd.variance(in.x, false, 1));
    add("log sum exp", in -> in.sd.math().logSumExp(in.x, 2));
    add("moments", in -> in.sd.math().moments(in.x, new int[] {1}, false)[1]);
    add("standardize", in -> in.sd.math().standardize(in.x, 2));
    add("arg max", in -> in.x.argmax(2));
  }

  private void movements() {
    add("reshape", in -> in.x.reshape(-1, 4));
    add(
        "reshape by variable",
        in ->
            in.x.reshape(
                in.sd.concat(0, in.shape(in.x, 1), in.sd.constant(Nd4j.createFromArray(-1L)))));
    add("permute", in -> in.x.permute(2, 0, 1));
    add("permute by variable", in -> in.x.permute(in.sd.constant(Nd4j.createFromArray(0, 2, 1))));
    add("transpose", in -> in.matrix.permute(1, 0));
    add("transpose op", in -> in.sd.transpose(in.matrix));
    add("expand dims", in -> in.sd.expandDims(in.x, 1));
    add("expand last", in -> in.sd.expandDims(in.x, -1));
    add("squeeze", in -> in.sd.squeeze(in.x.sum(true, 1), 1));
    add("concat", in -> in.sd.concat(1, in.x, in.y, in.x));
    add("concat last", in -> in.sd.concat(-1, in.x, in.y));
    add("stack", in -> in.sd.stack(1, in.x, in.y));
    add("stack last", in -> in.sd.stack(-1, in.x, in.y));
    add("tile", in -> in.sd.tile(in.matrix, 2, 3));
    add(
        "tile by variable",
        in ->
            in.sd.tile(
                in.sd.expandDims(in.matrix, 0),
                in.sd.concat(0, in.shape(in.x, 0), in.sd.constant(Nd4j.createFromArray(1L, 1L)))));
    add(
        "pad",
        in ->
            in.sd
                .nn()
                .pad(
                    in.matrix,
                    in.sd.constant(Nd4j.createFromArray(new int[][] {{1, 2}, {0, 1}})),
                    0.5));
    add("zeros like", in -> in.sd.zerosLike(in.x));
    add("ones like", in -> in.sd.onesLike(in.x).mul(in.y));
  }

  private void indices() {
    add("gather", in -> in.sd.gather(in.table, in.ids, 0));
    add("gather axis 1", in -> in.sd.gather(in.x, in.sd.constant(Nd4j.createFromArray(2, 0)), 1));
    add("gather list", in -> in.sd.gather(in.x, new int[] {2, 0}, 1));
    add(
        "gather nd",
        in ->
            in.sd.gatherNd(
                in.x, in.sd.constant(Nd4j.createFromArray(new int[][] {{0, 1}, {1, 2}}))));
    add("slice", in -> in.sd.slice(in.x, new int[] {0, 1, 0}, 2, 2, 4));
    add(
        "strided slice",
        in -> in.sd.stridedSlice(in.x, new long[] {0, 0, 1}, new long[] {2, 3, 4}, 1, 1, 2));
    add(
        "strided slice, masks",
        in ->
            in.sd.stridedSlice(
                in.x,
                new long[] {5, 1, 1},
                new long[] {0, 0, 3},
                new long[] {1, 1, 1},
                1,
                3,
                0,
                0,
                0));
    add(
        "strided slice, new axis",
        in ->
            in.sd.stridedSlice(
                in.x,
                new long[] {0, 0, 1},
                new long[] {2, 0, 3},
                new long[] {1, 1, 1},
                0,
                0,
                0,
                2,
                0));
    add(
        "strided slice, shrink",
        in ->
            in.sd.stridedSlice(
                in.x, new long[] {0, -1}, new long[] {2, 0}, new long[] {1, 1}, 0, 0, 0, 0, 2));
    add("point", in -> in.x.get(SDIndex.all(), SDIndex.point(0)));
    add("interval", in -> in.x.get(SDIndex.all(), SDIndex.interval(1, 3), SDIndex.interval(0, 2)));
    add("split", in -> in.sd.split(in.x, 2, 2)[1]);
    add("unstack", in -> in.sd.unstack(in.x, 1, 3)[2]);
    add("one hot", in -> in.sd.oneHot(in.ids, 8));
    add("one hot axis", in -> in.sd.oneHot(in.ids, 8, 1, 2.0, -1.0, DataType.FLOAT));
    add("reverse", in -> in.sd.reverse(in.x, 1));
  }

  private void products() {
    add("matmul", in -> in.matrix.mmul(in.weight));
    add("matmul transposed", in -> in.sd.mmul(in.matrix, in.matrix, false, true, false));
    add("matmul transposed left", in -> in.sd.mmul(in.matrix, in.matrix, true, false, false));
    add("matmul transposed result", in -> in.sd.mmul(in.matrix, in.weight, false, false, true));
    add("batched matmul", in -> in.sd.mmul(in.x, in.y, false, true, false));
    add(
        "linear of rank 3",
        in ->
            in.x
                .reshape(-1, 4)
                .mmul(in.weight)
                .reshape(
                    in.sd.concat(
                        0,
                        in.shape(in.x, 0),
                        in.shape(in.x, 1),
                        in.sd.constant(Nd4j.createFromArray(5L)))));
    add(
        "linear",
        in ->
            in.sd
                .nn()
                .linear(
                    in.matrix, in.weight, in.sd.constant(Nd4j.linspace(0, 1, 5, DataType.FLOAT))));
    add("tensor product", in -> in.sd.tensorMmul(in.x, in.weight, new int[] {2}, 0));
    add("softmax", in -> in.sd.nn().softmax(in.x, -1));
    add("softmax axis", in -> in.sd.nn().softmax(in.x, 1));
    add("log softmax", in -> in.sd.nn().logSoftmax(in.x));
    add("layer norm", in -> in.sd.nn().layerNorm(in.x, in.row, in.row.mul(2), false, 2));
    add("layer norm without bias", in -> in.sd.nn().layerNorm(in.x, in.row, false, 2));
  }

  private void losses() {
    for (LossReduce reduce :
        new LossReduce[] {
          LossReduce.SUM, LossReduce.MEAN_BY_WEIGHT, LossReduce.MEAN_BY_NONZERO_WEIGHT_COUNT
        }) {
      add(
          "softmax cross entropy " + reduce,
          in ->
              in.sd
                  .loss()
                  .softmaxCrossEntropy(
                      null, in.sd.nn().softmax(in.positive), in.matrix, null, reduce, 0));
      add(
          "mean squared error " + reduce,
          in -> in.sd.loss().meanSquaredError(null, in.positive, in.matrix, null, reduce));
      add(
          "sigmoid cross entropy " + reduce,
          in ->
              in.sd
                  .loss()
                  .sigmoidCrossEntropy(
                      null, in.sd.nn().sigmoid(in.positive), in.matrix, null, reduce, 0));
      add(
          "absolute difference " + reduce,
          in -> in.sd.loss().absoluteDifference(null, in.positive, in.matrix, null, reduce));
    }
    add(
        "softmax cross entropy, smoothed",
        in ->
            in.sd
                .loss()
                .softmaxCrossEntropy(
                    null, in.sd.nn().softmax(in.positive), in.matrix, null, LossReduce.SUM, 0.1));
    add(
        "softmax cross entropy, weights",
        in ->
            in.sd
                .loss()
                .softmaxCrossEntropy(
                    null,
                    in.sd.nn().softmax(in.positive),
                    in.matrix,
                    in.sd.constant(Nd4j.createFromArray(0f, 1f, 0.5f)),
                    LossReduce.MEAN_BY_NONZERO_WEIGHT_COUNT,
                    0));
    for (LossReduce reduce :
        new LossReduce[] {LossReduce.MEAN_BY_WEIGHT, LossReduce.MEAN_BY_NONZERO_WEIGHT_COUNT}) {
      add(
          "softmax cross entropy without a row that counts " + reduce,
          in ->
              in.sd
                  .loss()
                  .softmaxCrossEntropy(
                      null,
                      in.sd.nn().softmax(in.positive),
                      in.matrix,
                      in.sd.constant(Nd4j.zeros(DataType.FLOAT, 3)),
                      reduce,
                      0));
      add(
          "mean squared error, one weight for each row, " + reduce,
          in ->
              in.sd
                  .loss()
                  .meanSquaredError(
                      null,
                      in.positive,
                      in.matrix,
                      in.sd.constant(Nd4j.createFromArray(0f, 1f, 0.5f).reshape(3, 1)),
                      reduce));
    }
    for (int axis : new int[] {0, 1}) {
      add(
          "softmax cross entropy with logits " + axis,
          in ->
              new SoftmaxCrossEntropyWithLogitsLoss(
                      in.sd, in.matrix, in.sd.nn().softmax(in.positive, axis), axis)
                  .outputVariable());
    }
    add(
        "sparse softmax cross entropy",
        in ->
            in.sd
                .loss()
                .sparseSoftmaxCrossEntropy(
                    null, in.x, in.sd.math().min(in.ids, in.sd.constant(Nd4j.scalar(3L)))));
    add("l2", in -> in.sd.loss().l2Loss(in.x));
  }

  private void shapes() {
    add("shape", in -> in.sd.shape(in.x));
    add("size", in -> in.sd.size(in.x).castTo(DataType.INT64));
    add("rank", in -> in.sd.rank(in.x));
    add("size at", in -> in.sd.sizeAt(in.x, 1));
    add(
        "positions",
        in ->
            in.sd.range(
                in.sd.constant(0),
                in.sd.sizeAt(in.x, 1).castTo(DataType.INT32),
                in.sd.constant(1),
                DataType.INT32));
    add(
        "causal mask",
        in -> {
          SDVariable n = in.sd.sizeAt(in.x, 1).castTo(DataType.INT32);
          SDVariable range = in.sd.range(in.sd.constant(0), n, in.sd.constant(1), DataType.INT32);
          return in.sd
              .expandDims(range, 0)
              .lte(in.sd.expandDims(range, 1))
              .castTo(DataType.FLOAT)
              .mul(-1e4);
        });
    add("fill", in -> in.sd.fill(in.sd.shape(in.x), DataType.FLOAT, 2.5).mul(in.x));
  }
}
