/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.TreeMap;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Small graphs, inputs and ways to run them in stock SameDiff. */
final class Graphs {
  private Graphs() {}

  /** Returns an array of numbers around zero that depend on the seed only. */
  static INDArray array(int seed, long... shape) {
    INDArray array = Nd4j.create(DataType.FLOAT, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, (float) Math.sin(1 + seed * 7.1 + i * 1.7));
    }
    return array;
  }

  /**
   * Returns {@code loss = mean((tanh(x·w1 + b1)·w2 - y)²)} with one frozen and one trainable
   * weight.
   */
  static SameDiff network() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 3);
    SDVariable y = sd.placeHolder("y", DataType.FLOAT, -1, 2);
    SDVariable w1 = sd.constant("w1", array(1, 3, 4));
    SDVariable b1 = sd.constant("b1", array(2, 4));
    SDVariable w2 = sd.var("w2", array(3, 4, 2));
    SDVariable product = sd.mmul("product", x, w1);
    SDVariable hidden = sd.math().tanh("hidden", product.add("biased", b1));
    SDVariable logits = sd.mmul("logits", hidden, w2);
    SDVariable error = sd.math().squaredDifference("error", logits, y);
    sd.mean("loss", error);
    sd.setLossVariables("loss");
    return sd;
  }

  /** Returns inputs for {@link #network()}. */
  static Map<String, INDArray> inputs() {
    return Map.of("x", array(11, 5, 3), "y", array(12, 5, 2));
  }

  /** Returns what the graph computes. */
  static INDArray run(SameDiff sd, String output) {
    return requireNonNull(sd.output(inputs(), output).get(output)).dup();
  }

  /** Returns the gradients of all trainable values. */
  static Map<String, INDArray> gradients(SameDiff sd) {
    String[] names = GraphView.of(sd).trainables().stream().map(Value::name).toArray(String[]::new);
    Map<String, INDArray> gradients = new TreeMap<>();
    sd.calculateGradients(inputs(), names)
        .forEach((name, gradient) -> gradients.put(name, gradient.dup()));
    return gradients;
  }
}
