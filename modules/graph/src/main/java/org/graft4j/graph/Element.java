/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A part of a graph, known by its name: equal to any other handle of the same part. */
abstract sealed class Element permits Node, Value {
  final GraphView view;
  final String name;

  Element(GraphView view, String name) {
    this.view = view;
    this.name = name;
  }

  /**
   * Returns the name, which is unique among the nodes or among the values of the graph.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Returns the view through which this is seen.
   *
   * @return the view
   */
  public GraphView view() {
    return view;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the same graph, not an equal one
  public final boolean equals(@Nullable Object other) {
    return other instanceof Element element
        && element.getClass() == getClass()
        && element.name.equals(name)
        && element.view.graph() == view.graph();
  }

  @Override
  public final int hashCode() {
    return Objects.hash(name, System.identityHashCode(view.graph()));
  }

  @Override
  public final String toString() {
    return name;
  }
}
