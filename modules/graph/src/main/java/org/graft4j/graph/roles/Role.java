/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;

/** A part of a model that a few nodes of its graph make together. */
public sealed interface Role
    permits Activation,
        Attention,
        CrossEntropy,
        Dropout,
        Embedding,
        FeedForward,
        Linear,
        Mask,
        Norm,
        Positions,
        RelativeBias {

  /**
   * Returns the module path, such as {@code encoder.layer.0.attention.self.query}.
   *
   * @return the path, never empty
   */
  String path();

  /**
   * Returns the value that this part hands on.
   *
   * @return the output
   */
  Value output();

  /**
   * Returns the nodes that make the output from the inputs, in topological order.
   *
   * @return the nodes; those that compute weights are not among them
   */
  List<Node> nodes();

  /**
   * Returns the values inside this part that nodes outside of it read. Who replaces the part by one
   * instruction still has to compute them.
   *
   * @return the values, without the output; empty when the part is closed
   */
  default List<Value> exposed() {
    Set<String> own = new HashSet<>();
    for (Node node : nodes()) {
      own.add(node.name());
    }
    List<Value> exposed = new ArrayList<>();
    for (Node node : nodes()) {
      for (Value value : node.outputs()) {
        if (!value.name().equals(output().name())
            && value.consumers().stream().anyMatch(c -> !own.contains(c.name()))) {
          exposed.add(value);
        }
      }
    }
    return exposed;
  }
}
