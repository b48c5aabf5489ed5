/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.graft4j.engine.CompiledGraph;
import org.graft4j.engine.Engine;
import org.graft4j.graph.GraphCopy;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A small model to attach adapters to.
 *
 * @param name what it is
 * @param original the graph; never changed, so that its arrays may be shared by copies
 * @param inputs a batch
 * @param output the value that is compared
 * @param targets the last segments of two or three paths in each layer
 * @param sites the number of layers that these match
 */
public record TestModel(
    String name,
    SameDiff original,
    Map<String, INDArray> inputs,
    String output,
    List<String> targets,
    int sites) {

  /** Returns a graph to work on; its arrays are those of all other copies. */
  public SameDiff graph() {
    return GraphCopy.sharing(original);
  }

  /** Returns the output that the engine computes for a graph of this model. */
  public INDArray run(SameDiff graph) {
    return run(graph, output);
  }

  /** Returns a value that the engine computes for a graph of this model. */
  public INDArray run(SameDiff graph, String value) {
    try (CompiledGraph compiled = Engine.create().compile(graph, List.of(value))) {
      return requireNonNull(compiled.run(inputs).get(value)).dup('c');
    }
  }

  /** Returns the output that stock SameDiff computes for a graph of this model. */
  public INDArray runStock(SameDiff graph) {
    return requireNonNull(graph.output(inputs, output).get(output)).dup('c');
  }

  /** Returns the targets as a configuration takes them. */
  public Targets choice() {
    return Targets.of(targets);
  }

  @Override
  public String toString() {
    return name;
  }
}
