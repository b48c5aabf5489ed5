/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import java.util.Map;
import org.graft4j.models.bert.BertConfig;
import org.nd4j.autodiff.samediff.NameScope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * BERT as google-research/bert writes it and a TensorFlow import spells it: matrices of two axes
 * only, biasadd, weights {@code [in, out]} called {@code kernel}, layer norm as a batch norm over
 * moments, token types through one-hot rows, positions as a slice of their table.
 */
@SuppressWarnings("try") // a name scope acts by being open
final class TfStyleBert {
  private final SameDiff graph = SameDiff.create();
  private final BertConfig config;
  private final Map<String, INDArray> weights;
  private final SDVariable one;
  private final SDVariable epsilon;

  private TfStyleBert(BertConfig config, Map<String, INDArray> weights) {
    this.config = config;
    this.weights = weights;
    this.one = graph.constant("bert/encoder/one", Nd4j.scalar(1f));
    this.epsilon = graph.constant("bert/epsilon", Nd4j.scalar((float) config.layerNormEpsilon()));
  }

  /** Builds the graph from weights that are called and laid out as in transformers. */
  static SameDiff of(BertConfig config, Map<String, INDArray> weights) {
    return new TfStyleBert(config, weights).build();
  }

  private SameDiff build() {
    long hidden = config.hiddenSize();
    SDVariable ids = graph.placeHolder("input_ids", DataType.INT32, -1, -1);
    SDVariable mask = graph.placeHolder("input_mask", DataType.INT32, -1, -1);
    SDVariable types = graph.placeHolder("segment_ids", DataType.INT32, -1, -1);
    SDVariable words = constant("bert/embeddings/word_embeddings", "embeddings.word_embeddings");
    SDVariable kinds =
        constant("bert/embeddings/token_type_embeddings", "embeddings.token_type_embeddings");
    SDVariable places =
        constant("bert/embeddings/position_embeddings", "embeddings.position_embeddings");
    SDVariable flat;
    SDVariable shape;
    SDVariable additive;
    try (NameScope ignored = graph.withNameScope("bert/embeddings")) {
      shape = graph.shape(ids);
      SDVariable rows = graph.gather(words, ids, 0);
      SDVariable oneHot = graph.oneHot(graph.reshape(types, -1), config.tokenTypes());
      SDVariable typed =
          graph.reshape(
              oneHot.castTo(DataType.FLOAT).mmul(kinds),
              graph.concat(0, shape, longs("bert/embeddings/width", hidden)));
      SDVariable length = graph.stridedSlice(shape, new long[] {1}, new long[] {2}, new long[] {1});
      SDVariable end = graph.concat(0, length, longs("bert/embeddings/all", hidden));
      SDVariable positions =
          graph.stridedSlice(
              places,
              longs("bert/embeddings/begin", 0, 0),
              end,
              longs("bert/embeddings/strides", 1, 1));
      SDVariable sum = rows.add(typed).add(graph.expandDims(positions, 0));
      flat = sum;
    }
    flat = layerNorm("bert/embeddings/LayerNorm", "embeddings.LayerNorm", flat, 2);
    try (NameScope ignored = graph.withNameScope("bert/encoder")) {
      flat = graph.reshape(flat, -1, hidden);
      SDVariable wide = graph.expandDims(graph.expandDims(mask.castTo(DataType.FLOAT), 1), 1);
      additive = one.sub(wide).mul(-10000.0);
    }
    for (int i = 0; i < config.layers(); i++) {
      flat = layer("bert/encoder/layer_" + i, "encoder.layer." + i, flat, shape, additive);
    }
    SDVariable features = longs("bert/encoder/width", hidden);
    try (NameScope ignored = graph.withNameScope("bert/encoder")) {
      SDVariable output = graph.reshape(flat, graph.concat(0, shape, features));
      graph.setOutputs(output.name());
    }
    return graph;
  }

  private SDVariable layer(
      String name, String path, SDVariable x, SDVariable shape, SDVariable mask) {
    long hidden = config.hiddenSize();
    long features = hidden / config.heads();
    String self = name + "/attention/self";
    SDVariable q = dense(self + "/query", path + ".attention.self.query", x);
    SDVariable k = dense(self + "/key", path + ".attention.self.key", x);
    SDVariable v = dense(self + "/value", path + ".attention.self.value", x);
    SDVariable heads = longs(self + "/heads", config.heads(), features);
    SDVariable context;
    try (NameScope ignored = graph.withNameScope(self)) {
      SDVariable split = graph.concat(0, shape, heads);
      q = graph.permute(graph.reshape(q, split), 0, 2, 1, 3);
      k = graph.permute(graph.reshape(k, split), 0, 2, 1, 3);
      v = graph.permute(graph.reshape(v, split), 0, 2, 1, 3);
      SDVariable scores =
          graph.mmul(q, k, false, true, false).mul(1 / Math.sqrt((double) features));
      SDVariable probabilities = graph.nn().softmax(scores.add(mask), -1);
      context = graph.permute(probabilities.mmul(v), 0, 2, 1, 3);
      context = graph.reshape(context, -1, hidden);
    }
    String output = name + "/attention/output";
    SDVariable attended = dense(output + "/dense", path + ".attention.output.dense", context);
    attended =
        layerNorm(
            output + "/LayerNorm",
            path + ".attention.output.LayerNorm",
            sum(output, attended, x),
            1);
    SDVariable up = dense(name + "/intermediate/dense", path + ".intermediate.dense", attended);
    SDVariable active;
    try (NameScope ignored = graph.withNameScope(name + "/intermediate/dense")) {
      SDVariable cdf = graph.math().erf(up.div(Math.sqrt(2))).add(1.0).mul(0.5);
      active = up.mul(cdf);
    }
    SDVariable down = dense(name + "/output/dense", path + ".output.dense", active);
    return layerNorm(
        name + "/output/LayerNorm",
        path + ".output.LayerNorm",
        sum(name + "/output", down, attended),
        1);
  }

  private SDVariable sum(String name, SDVariable x, SDVariable y) {
    try (NameScope ignored = graph.withNameScope(name)) {
      return x.add(y);
    }
  }

  private SDVariable dense(String name, String path, SDVariable x) {
    SDVariable kernel =
        graph.constant(name + "/kernel", weight(path + ".weight").transpose().dup('c'));
    SDVariable bias = graph.constant(name + "/bias", weight(path + ".bias"));
    try (NameScope ignored = graph.withNameScope(name)) {
      return graph.nn().biasAdd(x.mmul(kernel), bias, false);
    }
  }

  private SDVariable layerNorm(String name, String path, SDVariable x, int axis) {
    SDVariable gamma = graph.constant(name + "/gamma", weight(path + ".weight"));
    SDVariable beta = graph.constant(name + "/beta", weight(path + ".bias"));
    SDVariable mean;
    SDVariable variance;
    try (NameScope ignored = graph.withNameScope(name + "/moments")) {
      mean = x.mean(true, axis);
      variance = graph.math().squaredDifference(x, mean).mean(true, axis);
    }
    try (NameScope ignored = graph.withNameScope(name + "/batchnorm")) {
      SDVariable scale = graph.math().rsqrt(variance.add(epsilon)).mul(gamma);
      return x.mul(scale).add(beta.sub(mean.mul(scale)));
    }
  }

  private SDVariable constant(String name, String path) {
    return graph.constant(name, weight(path + ".weight"));
  }

  private SDVariable longs(String name, long... numbers) {
    return graph.constant(name, Nd4j.createFromArray(numbers));
  }

  private INDArray weight(String name) {
    INDArray weight = weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException("there is no weight '" + name + "'");
    }
    return weight;
  }
}
