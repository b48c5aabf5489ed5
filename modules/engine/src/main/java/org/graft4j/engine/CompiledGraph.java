/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A graph that has been compiled for a set of outputs.
 *
 * <p>Thread-safe: plans are leased to one thread at a time and share the weights. It keeps a bounded number of idle
 * plans by placeholder shapes, so batches should be padded to few different lengths.
 */
public final class CompiledGraph implements AutoCloseable {
  private final List<String> trainable;
  private final List<String> outputs;

  CompiledGraph(
      SameDiff graph, @Nullable String loss, List<String> trainable, List<String> outputs, int maxPlans) {
    this.trainable = trainable;
    this.outputs = outputs;
  }

  /**
   * Names of the placeholders that the outputs and the loss depend on.
   *
   * @return the names, in the order of the graph
   */
  public List<String> placeholders() {
    throw new UnsupportedOperationException("not there yet");
  }

  /**
   * Names of the values that a plan computes for the caller.
   *
   * @return the names, in the order they were asked for
   */
  public List<String> outputs() {
    return outputs;
  }

  /**
   * Names of the values whose gradients a plan computes.
   *
   * @return the names, empty for inference
   */
  public List<String> trainable() {
    return trainable;
  }

  /**
   * Leases a plan for these placeholder shapes, making one if none is idle.
   *
   * @param placeholderShapes the shape of each placeholder by name
   * @return the plan, to be given back by {@link Plan#close()}
   * @throws IllegalArgumentException if a placeholder is missing, or its rank or a fixed size does not agree
   * @throws IllegalStateException if this graph has been closed
   */
  public Plan plan(Map<String, long[]> placeholderShapes) {
    throw new UnsupportedOperationException("not there yet");
  }

  /**
   * Leases a plan for the shapes of these arrays; it has not been run yet.
   *
   * @param placeholders the arrays by placeholder name
   * @return the plan, to be given back by {@link Plan#close()}
   * @throws IllegalArgumentException as {@link #plan(Map)}
   */
  public Plan planFor(Map<String, INDArray> placeholders) {
    throw new UnsupportedOperationException("not there yet");
  }

  /**
   * Runs once and copies the outputs, for callers who need no control over plans.
   *
   * @param placeholders the arrays by placeholder name
   * @return the outputs by name, in the order they were asked for; the caller owns them
   * @throws IllegalArgumentException as {@link #plan(Map)}
   */
  public Map<String, INDArray> run(Map<String, INDArray> placeholders) {
    throw new UnsupportedOperationException("not there yet");
  }

  /**
   * Says what lowering for these shapes recognised and what it did not.
   *
   * @param placeholderShapes the shape of each placeholder by name
   * @return the report
   * @throws IllegalArgumentException as {@link #plan(Map)}
   */
  public LoweringReport report(Map<String, long[]> placeholderShapes) {
    throw new UnsupportedOperationException("not there yet");
  }

  /** Releases all idle plans now and leased ones when they are given back; the graph's weights stay. */
  @Override
  public void close() {}
}
