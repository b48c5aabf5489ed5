/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.bert;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.graft4j.models.Blocks;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.ThreadSafeArrayHolder;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * BERT's encoder as a graph: {@code input_ids}, {@code attention_mask}, {@code token_type_ids}, all
 * INT64 {@code [batch, length]}, to {@code last_hidden_state}, {@code [batch, length, hidden]}.
 *
 * <p>Modules and weights are called as in transformers' {@code BertModel}; there is no pooler.
 */
public final class BertGraph {
  private static final double SPREAD = 0.02;

  private BertGraph() {}

  /**
   * Builds an encoder with random weights.
   *
   * @param config the sizes
   * @param seed the seed of the weights
   * @return the graph
   */
  public static SameDiff random(BertConfig config, long seed) {
    return of(config, randomWeights(config, seed));
  }

  /**
   * Builds an encoder with given weights.
   *
   * @param config the sizes
   * @param weights the arrays by their names in transformers, such as {@code
   *     encoder.layer.0.attention.self.query.weight}; others are not looked at
   * @return the graph; its constants are the given arrays, not copies
   * @throws IllegalArgumentException if a weight is missing or has another shape
   */
  public static SameDiff of(BertConfig config, Map<String, INDArray> weights) {
    SameDiff graph = SameDiff.create();
    graph.setConstantArrays(new ThreadSafeArrayHolder(false)); // true keeps every array twice
    SDVariable ids = graph.placeHolder("input_ids", DataType.INT64, -1, -1);
    SDVariable mask = graph.placeHolder("attention_mask", DataType.INT64, -1, -1);
    SDVariable types = graph.placeHolder("token_type_ids", DataType.INT64, -1, -1);
    Blocks blocks = new Blocks(graph, weights, ids);
    int hidden = config.hiddenSize();
    double epsilon = config.layerNormEpsilon();
    SDVariable words =
        blocks.embedding("embeddings.word_embeddings", ids, config.vocabularySize(), hidden);
    SDVariable kinds =
        blocks.embedding("embeddings.token_type_embeddings", types, config.tokenTypes(), hidden);
    SDVariable places =
        blocks.embedding(
            "embeddings.position_embeddings", blocks.positions(), config.maxPositions(), hidden);
    SDVariable sum = blocks.sum("embeddings", blocks.sum("embeddings", words, kinds), places);
    SDVariable x = blocks.layerNorm("embeddings.LayerNorm", sum, hidden, epsilon);
    SDVariable additive = blocks.additiveMask(mask);
    for (int i = 0; i < config.layers(); i++) {
      x = layer("encoder.layer." + i, x, additive, config, blocks);
    }
    blocks.output("last_hidden_state", x);
    return graph;
  }

  private static SDVariable layer(
      String path, SDVariable x, SDVariable mask, BertConfig config, Blocks blocks) {
    int hidden = config.hiddenSize();
    int wide = config.intermediateSize();
    double epsilon = config.layerNormEpsilon();
    String self = path + ".attention.self";
    SDVariable context =
        blocks.attention(
            self,
            blocks.linear(self + ".query", x, hidden, hidden),
            blocks.linear(self + ".key", x, hidden, hidden),
            blocks.linear(self + ".value", x, hidden, hidden),
            mask,
            config.heads(),
            hidden / config.heads());
    String output = path + ".attention.output";
    SDVariable attended = blocks.linear(output + ".dense", context, hidden, hidden);
    SDVariable y =
        blocks.layerNorm(output + ".LayerNorm", blocks.sum(output, attended, x), hidden, epsilon);
    SDVariable up = blocks.linear(path + ".intermediate.dense", y, hidden, wide);
    SDVariable active = blocks.gelu(path + ".intermediate.intermediate_act_fn", up);
    SDVariable down = blocks.linear(path + ".output.dense", active, wide, hidden);
    return blocks.layerNorm(
        path + ".output.LayerNorm", blocks.sum(path + ".output", down, y), hidden, epsilon);
  }

  /**
   * Makes random weights: all normal with a standard deviation of 0.02, around one for the scales
   * of norms and around zero for the rest.
   *
   * @param config the sizes
   * @param seed the seed
   * @return the arrays by their names in transformers
   */
  public static Map<String, INDArray> randomWeights(BertConfig config, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, INDArray> weights = new LinkedHashMap<>();
    int hidden = config.hiddenSize();
    int wide = config.intermediateSize();
    draw(weights, "embeddings.word_embeddings.weight", 0, random, config.vocabularySize(), hidden);
    draw(
        weights, "embeddings.position_embeddings.weight", 0, random, config.maxPositions(), hidden);
    draw(
        weights, "embeddings.token_type_embeddings.weight", 0, random, config.tokenTypes(), hidden);
    norm(weights, "embeddings.LayerNorm", random, hidden);
    for (int i = 0; i < config.layers(); i++) {
      String path = "encoder.layer." + i;
      for (String name : new String[] {"self.query", "self.key", "self.value", "output.dense"}) {
        linear(weights, path + ".attention." + name, random, hidden, hidden);
      }
      norm(weights, path + ".attention.output.LayerNorm", random, hidden);
      linear(weights, path + ".intermediate.dense", random, hidden, wide);
      linear(weights, path + ".output.dense", random, wide, hidden);
      norm(weights, path + ".output.LayerNorm", random, hidden);
    }
    return weights;
  }

  private static void linear(
      Map<String, INDArray> weights, String path, SplittableRandom random, int in, int out) {
    draw(weights, path + ".weight", 0, random, out, in);
    draw(weights, path + ".bias", 0, random, out);
  }

  private static void norm(
      Map<String, INDArray> weights, String path, SplittableRandom random, int features) {
    draw(weights, path + ".weight", 1, random, features);
    draw(weights, path + ".bias", 0, random, features);
  }

  private static void draw(
      Map<String, INDArray> weights,
      String name,
      double mean,
      SplittableRandom random,
      int... shape) {
    long[] sizes = Arrays.stream(shape).asLongStream().toArray();
    INDArray array = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', sizes);
    for (long i = 0; i < array.length(); i++) {
      array.data().put(i, (float) random.nextGaussian(mean, SPREAD));
    }
    weights.put(name, array);
  }
}
