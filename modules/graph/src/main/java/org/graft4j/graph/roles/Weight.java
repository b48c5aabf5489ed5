/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.List;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;

/**
 * A weight as an expression: an array, and the steps that lead from it to the value an op reads.
 *
 * @param base the constant or trainable value that holds the array
 * @param steps what is applied to the array, first step first; empty when the op reads the array
 * @param value what the op reads
 */
public record Weight(Value base, List<Step> steps, Value value) {

  /**
   * One step of a weight expression.
   *
   * @param kind what the step does
   * @param node the node that does it
   */
  public record Step(Kind kind, Node node) {
    /** What a step does to the array. */
    public enum Kind {
      /** Passes the array on as it is. */
      IDENTITY,
      /** Changes the data type. */
      CAST,
      /** Swaps rows and columns. */
      TRANSPOSE,
      /** Takes a block of it. */
      SLICE
    }
  }

  /**
   * Says whether the op reads the array itself, without any step.
   *
   * @return true when there are no steps
   */
  public boolean isPlain() {
    return steps.isEmpty();
  }

  /**
   * Says whether the steps swap rows and columns.
   *
   * @return true for an odd number of transpositions
   */
  public boolean isTransposed() {
    return steps.stream().filter(s -> s.kind() == Step.Kind.TRANSPOSE).count() % 2 == 1;
  }
}
