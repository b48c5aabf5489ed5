/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import org.nd4j.autodiff.samediff.SameDiff;

/** Attaches adapters to graphs. */
public final class Adapters {

  private Adapters() {}

  /**
   * Grafts an adapter onto a graph. The trainable variables of the graph become constants; the
   * adapter's own are its only trainable ones.
   *
   * @param graph the graph; it is changed
   * @param name the adapter's name: letters, digits, {@code _} and {@code -}
   * @param config the method and its numbers
   * @return the adapted graph, with the adapter active
   * @throws IllegalArgumentException if no layer matches, an entry of the targets matches nothing,
   *     or the graph carries adapters already
   */
  public static AdaptedGraph attach(SameDiff graph, String name, AdapterConfig config) {
    return AdaptedGraph.of(graph).attach(name, config);
  }

  /**
   * Finds what a configuration would adapt, without changing the graph.
   *
   * @param graph the graph
   * @param config the method and its numbers
   * @return the layers that match and those that nearly do
   */
  public static AdapterPlan plan(SameDiff graph, AdapterConfig config) {
    return AdaptedGraph.of(graph).plan(config);
  }
}
