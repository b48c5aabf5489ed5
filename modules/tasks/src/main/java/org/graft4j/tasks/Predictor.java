/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import java.util.List;

/**
 * A trained model at work. Thread-safe.
 *
 * @param <T> the input
 */
public interface Predictor<T> extends AutoCloseable {
  /**
   * Predicts one input.
   *
   * @param input the input
   * @return class and scores
   * @throws IllegalArgumentException if the input is empty
   */
  Prediction predict(T input);

  /**
   * Predicts many inputs, in batches of similar length.
   *
   * @param inputs the inputs
   * @return one prediction an input, in their order
   * @throws IllegalArgumentException if an input is empty; the message says which
   */
  List<Prediction> predictAll(List<? extends T> inputs);

  /** Gives back the memory of the compiled model. */
  @Override
  void close();
}
