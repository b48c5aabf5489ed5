/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.nd4j.autodiff.samediff.NameScope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.ThreadSafeArrayHolder;
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
  static final String OUTSIDE = "graph";

  private static final double SPREAD = 0.02;

  /** The last axis, counted from the front: SameDiff reduces wrongly when it is written as −1. */
  private static final int FEATURES = 2;

  private final SameDiff graph;
  private final Checkpoint weights;
  private final SDVariable batchAndLength;
  private final Map<String, SDVariable> shapes = new HashMap<>();
  private boolean marked;

  /**
   * Starts a graph whose constants are kept once.
   *
   * @return the graph
   */
  public static SameDiff newGraph() {
    SameDiff graph = SameDiff.create();
    graph.setConstantArrays(new ThreadSafeArrayHolder(false)); // true keeps every array twice
    return graph;
  }

  /**
   * Makes a placeholder for token ids, masks and their like.
   *
   * @param graph the graph
   * @param name its name
   * @return INT64 {@code [batch, length]}
   */
  public static SDVariable ids(SameDiff graph, String name) {
    return graph.placeHolder(name, DataType.INT64, -1, -1);
  }

  /**
   * Starts to write into a graph.
   *
   * @param graph the graph
   * @param weights the arrays by their names, such as {@code encoder.layer.0.output.dense.weight}
   * @param ids a placeholder {@code [batch, length]}
   */
  public Blocks(SameDiff graph, Checkpoint weights, SDVariable ids) {
    this.graph = graph;
    this.weights = weights;
    try (NameScope ignored = graph.withNameScope(OUTSIDE)) {
      this.batchAndLength = graph.shape(ids);
    }
  }

  /**
   * Returns a weight, as a constant of the graph; a tied one has the name it is first asked for.
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
    INDArray array = weights.take(name, shape);
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
    SDVariable product = linearWithoutBias(path, x, in, out);
    SDVariable bias = weight(path + ".bias", out);
    return named(path, () -> product.add(bias));
  }

  /**
   * Writes a linear layer with the weight {@code path.weight}, {@code [out, in]}, and no bias.
   *
   * @param path the module path
   * @param x the input, {@code [batch, length, in]}
   * @param in the number of input features
   * @param out the number of output features
   * @return the output, {@code [batch, length, out]}
   */
  public SDVariable linearWithoutBias(String path, SDVariable x, long in, long out) {
    return product(path, x, weight(path + ".weight", out, in));
  }

  /**
   * Writes the product with a weight that another layer has too, such as a tied embedding.
   *
   * @param path the module path
   * @param x the input, {@code [batch, length, in]}
   * @param weight the weight, {@code [out, in]}
   * @return the output, {@code [batch, length, out]}
   */
  public SDVariable product(String path, SDVariable x, SDVariable weight) {
    long[] sizes = weight.getShape();
    SDVariable shape = shape(sizes[0]);
    return named(
        path,
        () -> {
          SDVariable flat = graph.reshape(x, -1, sizes[1]);
          return graph.reshape(graph.mmul(flat, weight, false, true, false), shape);
        });
  }

  /**
   * Writes a head on texts: a linear layer whose weights are made anew, and trainable, where the
   * checkpoint has none.
   *
   * @param path the module path
   * @param x the input, {@code [batch, in]}
   * @param in the number of input features
   * @param out the number of output features
   * @param bias whether it has a bias
   * @return the output, {@code [batch, out]}
   */
  public SDVariable textHead(String path, SDVariable x, long in, long out, boolean bias) {
    SDVariable weight = headWeight(path + ".weight", out, in);
    SDVariable product = named(path, () -> graph.mmul(x, weight, false, true, false));
    return bias ? shifted(path, product, out) : product;
  }

  /**
   * Writes a head on tokens: a linear layer with a bias, made anew and trainable where the
   * checkpoint has none.
   *
   * @param path the module path
   * @param x the input, {@code [batch, length, in]}
   * @param in the number of input features
   * @param out the number of output features
   * @return the output, {@code [batch, length, out]}
   */
  public SDVariable tokenHead(String path, SDVariable x, long in, long out) {
    return shifted(path, product(path, x, headWeight(path + ".weight", out, in)), out);
  }

  private SDVariable shifted(String path, SDVariable x, long out) {
    SDVariable bias = headWeight(path + ".bias", out);
    return named(path, () -> x.add(bias));
  }

  /**
   * Writes the outputs {@code start_logits} and {@code end_logits}, {@code [batch, length]}.
   *
   * @param path the module path of their head
   * @param x the hidden states, {@code [batch, length, in]}
   * @param in the number of features
   */
  public void answer(String path, SDVariable x, long in) {
    SDVariable both = tokenHead(path, x, in, 2);
    String[] names = {"start_logits", "end_logits"};
    for (int i = 0; i < names.length; i++) {
      int at = i;
      SDVariable index = graph.constant(OUTSIDE + "/" + names[i], Nd4j.scalar((long) at));
      output(names[i], named(path, () -> graph.gather(both, index, FEATURES)));
    }
  }

  private SDVariable headWeight(String name, long... shape) {
    if (weights.contains(name)) {
      return weight(name, shape);
    }
    weights.noteMade(name);
    INDArray array = Nd4j.zeros(DataType.FLOAT, shape);
    SplittableRandom random =
        new SplittableRandom(
            Hashing.murmur3_128().hashString(name, StandardCharsets.UTF_8).asLong());
    for (long i = 0; shape.length > 1 && i < array.length(); i++) {
      array.data().put(i, (float) random.nextGaussian(0, SPREAD));
    }
    return graph.var(name, array);
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
   * Writes a root-mean-square norm over the features, with {@code path.weight}.
   *
   * @param path the module path
   * @param x the input
   * @param features the number of features
   * @param epsilon what is added to the mean square
   * @return the output, shaped as the input
   */
  public SDVariable rmsNorm(String path, SDVariable x, long features, double epsilon) {
    return new RmsNorm(this, epsilon, RmsNorm.Gain.WEIGHT).write(path, x, features, FEATURES);
  }

  /** cap · tanh(x / cap); the value itself where the cap is 0. */
  SDVariable capped(String path, SDVariable x, double cap) {
    if (cap == 0) {
      return x;
    }
    SDVariable bound = scalar(cap);
    return named(path, () -> graph.math().tanh(x.div(bound)).mul(bound));
  }

  /**
   * Writes an activation.
   *
   * @param path the module path
   * @param function its name in transformers: gelu, gelu_new, gelu_pytorch_tanh, gelu_fast,
   *     quick_gelu, silu, swish, relu, tanh
   * @param x the input
   * @return the output, shaped as the input
   * @throws IllegalArgumentException if there is no such function
   */
  public SDVariable activation(String path, String function, SDVariable x) {
    return switch (function) {
      case "gelu" -> gelu(path, x);
      case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> geluTanh(path, x);
      case "silu", "swish" -> named(path, () -> x.mul(graph.nn().sigmoid(x)));
      case "quick_gelu" -> {
        SDVariable factor = scalar(1.702);
        yield named(path, () -> x.mul(graph.nn().sigmoid(x.mul(factor))));
      }
      case "relu" -> named(path, () -> graph.nn().relu(x, 0));
      case "tanh" -> named(path, () -> graph.math().tanh(x));
      default ->
          throw new IllegalArgumentException("activation is not supported: '" + function + "'");
    };
  }

  /** x/2 (1 + erf(x/√2)). */
  private SDVariable gelu(String path, SDVariable x) {
    SDVariable root = scalar(Math.sqrt(2));
    SDVariable one = scalar(1);
    SDVariable half = scalar(0.5);
    return named(path, () -> x.mul(half).mul(graph.math().erf(x.div(root)).add(one)));
  }

  /** x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))). */
  private SDVariable geluTanh(String path, SDVariable x) {
    SDVariable root = scalar(Math.sqrt(2 / Math.PI));
    SDVariable cubic = scalar(0.044715);
    SDVariable one = scalar(1);
    SDVariable half = scalar(0.5);
    return named(
        path,
        () -> {
          SDVariable inner = x.add(x.mul(x).mul(x).mul(cubic)).mul(root);
          return x.mul(half).mul(graph.math().tanh(inner).add(one));
        });
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
   * Writes the product of two activations, number by number.
   *
   * @param path the module path
   * @param x the first
   * @param y the second
   * @return the product
   */
  public SDVariable multiply(String path, SDVariable x, SDVariable y) {
    return named(path, () -> x.mul(y));
  }

  /**
   * Writes the product of an activation and a number.
   *
   * @param path the module path
   * @param x the activation
   * @param factor the number
   * @return the product
   */
  public SDVariable scaled(String path, SDVariable x, double factor) {
    SDVariable number = scalar(factor);
    return named(path, () -> x.mul(number));
  }

  /**
   * Writes the choice of the first token.
   *
   * @param path the module path
   * @param x {@code [batch, length, features]}
   * @return {@code [batch, features]}
   */
  public SDVariable first(String path, SDVariable x) {
    SDVariable zero = graph.constant(OUTSIDE + "/first", Nd4j.scalar(0L));
    return named(path, () -> graph.gather(x, zero, 1));
  }

  /**
   * Writes a pooler: a linear layer and an activation on one token.
   *
   * @param path the module path of the linear layer
   * @param x the token, {@code [batch, features]}
   * @param features the number of features
   * @param function the activation
   * @return {@code [batch, features]}
   */
  public SDVariable pooler(String path, SDVariable x, long features, String function) {
    SDVariable dense = textHead(path, x, features, features, true);
    return activation(path + ".activation", function, dense);
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
   * Makes a value an output of the graph, beside those there are.
   *
   * @param name the name of the output, which the op that ends the graph gets too
   * @param x the value
   */
  public void output(String name, SDVariable x) {
    mark(name, x);
    List<String> outputs = new ArrayList<>(marked ? graph.outputs() : List.of());
    outputs.add(name);
    graph.setOutputs(outputs);
    marked = true;
  }

  /** Gives a value a name of its own, by an op that does nothing. */
  SDVariable mark(String name, SDVariable x) {
    Identity identity = new Identity();
    identity.setSameDiff(graph);
    identity.setOwnName(name);
    graph.putOpForId(name, identity);
    graph.addArgsFor(new SDVariable[] {x}, identity);
    return identity.outputVariables()[0];
  }

  /** Writes ops into the scope of a module. */
  SDVariable named(String path, Supplier<SDVariable> ops) {
    try (NameScope ignored = graph.withNameScope(path)) {
      return ops.get();
    }
  }

  SameDiff graph() {
    return graph;
  }

  /** The shape of the ids with other sizes behind batch and length. */
  SDVariable shape(long... trailing) {
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

  /** A number of the graph. */
  SDVariable scalar(double number) {
    return shapes.computeIfAbsent(
        "" + number,
        key ->
            graph.constant(
                graph.generateDistinctCustomVariableName(OUTSIDE + "/number"),
                Nd4j.scalar((float) number)));
  }
}
