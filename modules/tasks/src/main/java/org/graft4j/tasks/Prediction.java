/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/**
 * What a model says about one input.
 *
 * @param label the class with the highest score
 * @param scores the probability of each class, in the order of the labels; they sum to 1
 * @param truncated whether the input was longer than the limit and was cut
 */
public record Prediction(String label, Map<String, Double> scores, boolean truncated) {
  /**
   * Copies the scores.
   *
   * @param label the class with the highest score
   * @param scores the probability of each class, in the order of the labels; they sum to 1
   * @param truncated whether the input was longer than the limit and was cut
   */
  public Prediction {
    scores = ImmutableMap.copyOf(scores);
  }

  /**
   * The score of the predicted class.
   *
   * @return in (0, 1]
   */
  public double score() {
    return scores.getOrDefault(label, Double.NaN);
  }
}
