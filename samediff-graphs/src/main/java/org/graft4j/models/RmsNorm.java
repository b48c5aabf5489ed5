/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Writes root-mean-square norms: {@code x / sqrt(mean(x²) + ε) · γ}, where γ is {@code path.weight}
 * or, as in Gemma, {@code 1 + path.weight}.
 *
 * <p>Zhang and Sennrich, Root Mean Square Layer Normalization, arXiv:1910.07467.
 *
 * @param blocks the blocks of the graph
 * @param epsilon what is added to the mean square
 * @param gain what γ is
 */
record RmsNorm(Blocks blocks, double epsilon, Gain gain) {

  /** What a norm multiplies with. */
  enum Gain {
    WEIGHT,
    ONE_PLUS_WEIGHT
  }

  /**
   * Writes a norm over one axis.
   *
   * @param path the module path
   * @param x the input
   * @param features the number of features
   * @param axis the last axis, counted from the front
   * @return the output, shaped as the input
   */
  SDVariable write(String path, SDVariable x, long features, int axis) {
    SameDiff graph = blocks.graph();
    SDVariable weight = blocks.weight(path + ".weight", features);
    SDVariable small = blocks.scalar(epsilon);
    SDVariable one = blocks.scalar(1);
    return blocks.named(
        path,
        () -> {
          SDVariable gamma = gain == Gain.WEIGHT ? weight : weight.add(one);
          SDVariable square = graph.math().square(x).mean(true, axis);
          return x.mul(one.div(graph.math().sqrt(square.add(small)))).mul(gamma);
        });
  }
}
