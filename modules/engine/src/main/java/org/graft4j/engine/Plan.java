/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A lease on a static plan: memory is laid out, kernels are bound, a run allocates nothing.
 *
 * <p>Single-threaded. Arrays it hands out are views into its memory, valid until its next run or its end.
 */
public final class Plan implements AutoCloseable {
  Plan() {}

  /**
   * Runs the plan without dropout: forward, and for training plans backward too.
   *
   * @param placeholders the arrays by placeholder name; a number type is cast where no value can change
   * @throws IllegalArgumentException if a placeholder is missing, or its shape or type does not fit
   * @throws IllegalStateException if the plan has been given back
   */
  public void run(Map<String, INDArray> placeholders) {
    throw new UnsupportedOperationException("not there yet");
  }

  /**
   * Runs the plan with dropout.
   *
   * @param placeholders the arrays by placeholder name
   * @param seed decides the dropout masks: the same seed gives the same masks
   * @throws IllegalArgumentException as {@link #run(Map)}
   * @throws IllegalStateException if the plan has been given back
   */
  public void run(Map<String, INDArray> placeholders, long seed) {
    throw new UnsupportedOperationException("not there yet");
  }

  /**
   * Returns an output of the last run.
   *
   * @param name one of {@link CompiledGraph#outputs()}, or the loss
   * @return a view, valid until the next run
   * @throws IllegalArgumentException if it is not an output
   */
  public INDArray output(String name) {
    throw new UnsupportedOperationException("not there yet");
  }

  /**
   * Returns the gradient of the loss for a trainable value.
   *
   * @param trainable one of {@link CompiledGraph#trainable()}
   * @return a view in the shape of the value, valid until the next run
   * @throws IllegalArgumentException if it is not trainable
   */
  public INDArray gradient(String trainable) {
    throw new UnsupportedOperationException("not there yet");
  }

  /**
   * Returns the loss of the last run.
   *
   * @return the loss
   * @throws IllegalStateException if this is not a training plan
   */
  public double loss() {
    throw new UnsupportedOperationException("not there yet");
  }

  /**
   * Bytes of memory that this plan holds, without the weights it shares.
   *
   * @return the number of bytes
   */
  public long bytes() {
    throw new UnsupportedOperationException("not there yet");
  }

  /** Gives the plan back. */
  @Override
  public void close() {}
}
