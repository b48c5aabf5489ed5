/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.NameScope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.same.Identity;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writes the building blocks of a transformer into a graph, with weights taken by name.
 *
 * <p>Activations have the shape {@code [batch, length, features]}; batch and length are those of
 * the placeholder the blocks were made for.
 */
@SuppressWarnings("try") // a name scope acts by being open
public final class Blocks {
  private static final String OUTSIDE = "graph";

  /** The last axis, counted from the front: SameDiff reduces wrongly when it is written as −1. */
  private static final int FEATURES = 2;

  private final SameDiff graph;
  private final Map<String, INDArray> weights;
  private final SDVariable batchAndLength;
  private final Map<String, SDVariable> shapes = new HashMap<>();

  /**
   * Starts to write into a graph.
   *
   * @param graph the graph
   * @param weights the arrays by their name in the checkpoint, such as {@code
   *     encoder.layer.0.output.dense.weight}
   * @param ids a placeholder {@code [batch, length]}
   */
  public Blocks(SameDiff graph, Map<String, INDArray> weights, SDVariable ids) {
    this.graph = graph;
    this.weights = Map.copyOf(weights);
    try (NameScope ignored = graph.withNameScope(OUTSIDE)) {
      this.batchAndLength = graph.shape(ids);
    }
  }

  /**
   * Returns a weight, as a constant of the graph.
   *
   * @param name its name in the checkpoint
   * @param shape the shape it must have
   * @return the constant
   * @throws IllegalArgumentException if there is no such weight or it has another shape
   */
  public SDVariable weight(String name, long... shape) {
    SDVariable known = graph.hasVariable(name) ? graph.getVariable(name) : null;
    if (known != null) {
      return known;
    }
    INDArray array = weights.get(name);
    if (array == null) {
      throw new IllegalArgumentException("there is no weight '" + name + "'");
    }
    if (!Arrays.equals(array.shape(), shape)) {
      throw new IllegalArgumentException(
          "weight '"
              + name
              + "' must have the shape "
              + Arrays.toString(shape)
              + ": "
              + Arrays.toString(array.shape()));
    }
    return graph.constant(name, array);
  }

  /**
   * Writes a linear layer with the weight {@code path.weight}, {@code [out, in]}, and the bias
   * {@code path.bias}.
   *
   * @param path the module path
   * @param x the input, {@code [batch, length, in]}
   * @param in the number of input features
   * @param out the number of output features
   * @return the output, {@code [batch, length, out]}
   */
  public SDVariable linear(String path, SDVariable x, long in, long out) {
    SDVariable weight = weight(path + ".weight", out, in);
    SDVariable bias = weight(path + ".bias", out);
    SDVariable shape = shape(out);
    try (NameScope ignored = graph.withNameScope(path)) {
      SDVariable flat = graph.reshape(x, -1, in);
      SDVariable product = graph.mmul(flat, weight, false, true, false);
      return graph.reshape(product, shape).add(bias);
    }
  }

  /**
   * Writes a layer norm over the features, with {@code path.weight} and {@code path.bias}.
   *
   * @param path the module path
   * @param x the input
   * @param features the number of features
   * @param epsilon what is added to the variance
   * @return the output, shaped as the input
   */
  public SDVariable layerNorm(String path, SDVariable x, long features, double epsilon) {
    SDVariable gamma = weight(path + ".weight", features);
    SDVariable beta = weight(path + ".bias", features);
    SDVariable small = scalar(epsilon);
    try (NameScope ignored = graph.withNameScope(path)) {
      SDVariable centred = x.sub(x.mean(true, FEATURES));
      SDVariable variance = graph.math().square(centred).mean(true, FEATURES);
      SDVariable deviation = graph.math().sqrt(variance.add(small));
      return centred.div(deviation).mul(gamma).add(beta);
    }
  }

  /**
   * Writes a GELU, {@code x/2 (1 + erf(x/√2))}.
   *
   * @param path the module path
   * @param x the input
   * @return the output, shaped as the input
   */
  public SDVariable gelu(String path, SDVariable x) {
    SDVariable root = scalar(Math.sqrt(2));
    SDVariable one = scalar(1);
    SDVariable half = scalar(0.5);
    try (NameScope ignored = graph.withNameScope(path)) {
      return x.mul(half).mul(graph.math().erf(x.div(root)).add(one));
    }
  }

  /**
   * Writes an embedding with the table {@code path.weight}.
   *
   * @param path the module path
   * @param ids the row numbers
   * @param rows the number of rows
   * @param features the number of features
   * @return the rows
   */
  public SDVariable embedding(String path, SDVariable ids, long rows, long features) {
    SDVariable table = weight(path + ".weight", rows, features);
    try (NameScope ignored = graph.withNameScope(path)) {
      return graph.gather(table, ids, 0);
    }
  }

  /**
   * Writes the positions 0, 1, … up to the length.
   *
   * @return the positions, INT64, {@code [1, length]}
   */
  public SDVariable positions() {
    SDVariable zero = graph.constant(OUTSIDE + "/zero", Nd4j.scalar(0L));
    SDVariable one = graph.constant(OUTSIDE + "/one", Nd4j.scalar(1L));
    try (NameScope ignored = graph.withNameScope(OUTSIDE)) {
      SDVariable length =
          graph.stridedSlice(
              batchAndLength, new long[] {1}, new long[] {2}, new long[] {1}, 0, 0, 0, 0, 1);
      return graph.expandDims(graph.range(zero, length, one, DataType.INT64), 0);
    }
  }

  /**
   * Writes the additive form of an attention mask.
   *
   * @param mask ones for tokens and zeros for padding, {@code [batch, length]}
   * @return zero where attention is allowed and the least float where not, {@code [batch, 1, 1,
   *     length]}
   */
  public SDVariable additiveMask(SDVariable mask) {
    SDVariable one = scalar(1);
    SDVariable least = scalar(-Float.MAX_VALUE);
    try (NameScope ignored = graph.withNameScope(OUTSIDE)) {
      SDVariable padding = one.sub(mask.castTo(DataType.FLOAT));
      return graph.expandDims(graph.expandDims(padding, 1), 1).mul(least);
    }
  }

  /**
   * Writes the attention of all heads, from projected queries, keys and values.
   *
   * @param path the module path
   * @param query the queries, {@code [batch, length, heads · features]}
   * @param key the keys
   * @param value the values
   * @param mask what is added to the scores
   * @param heads the number of heads
   * @param features the number of features of one head
   * @return the context, {@code [batch, length, heads · features]}
   */
  public SDVariable attention(
      String path,
      SDVariable query,
      SDVariable key,
      SDVariable value,
      SDVariable mask,
      long heads,
      long features) {
    SDVariable split = shape(heads, features);
    SDVariable merged = shape(heads * features);
    SDVariable scale = scalar(Math.sqrt((double) features));
    try (NameScope ignored = graph.withNameScope(path)) {
      SDVariable q = graph.permute(graph.reshape(query, split), 0, 2, 1, 3);
      SDVariable k = graph.permute(graph.reshape(key, split), 0, 2, 1, 3);
      SDVariable v = graph.permute(graph.reshape(value, split), 0, 2, 1, 3);
      SDVariable scores = graph.mmul(q, k, false, true, false).div(scale).add(mask);
      SDVariable context = graph.nn().softmax(scores, -1).mmul(v);
      return graph.reshape(graph.permute(context, 0, 2, 1, 3), merged);
    }
  }

  /**
   * Writes the sum of two activations.
   *
   * @param path the module path
   * @param x the first
   * @param y the second
   * @return the sum
   */
  public SDVariable sum(String path, SDVariable x, SDVariable y) {
    try (NameScope ignored = graph.withNameScope(path)) {
      return x.add(y);
    }
  }

  /**
   * Makes a value an output of the graph.
   *
   * @param name the name of the output, which the op that ends the graph gets too
   * @param x the value
   */
  public void output(String name, SDVariable x) {
    Identity identity = new Identity();
    identity.setSameDiff(graph);
    identity.setOwnName(name);
    graph.putOpForId(name, identity);
    graph.addArgsFor(new SDVariable[] {x}, identity);
    identity.outputVariables();
    graph.setOutputs(name);
  }

  private SDVariable shape(long... trailing) {
    return shapes.computeIfAbsent(
        Arrays.toString(trailing),
        key -> {
          SDVariable last =
              graph.constant(
                  graph.generateDistinctCustomVariableName(OUTSIDE + "/features"),
                  Nd4j.createFromArray(trailing));
          try (NameScope ignored = graph.withNameScope(OUTSIDE)) {
            return graph.concat(0, batchAndLength, last);
          }
        });
  }

  private SDVariable scalar(double number) {
    return shapes.computeIfAbsent(
        "" + number,
        key ->
            graph.constant(
                graph.generateDistinctCustomVariableName(OUTSIDE + "/number"),
                Nd4j.scalar((float) number)));
  }
}
