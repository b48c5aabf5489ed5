/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Node;

/** What the finders share while they look through one graph. */
final class Scan {
  private final List<Node> nodes;
  private final Map<String, Integer> order = new HashMap<>();
  private final Map<String, NearMiss> misses = new LinkedHashMap<>();
  private final AdapterNames adapters;
  private final ModulePaths paths;

  Scan(GraphView view, ModulePaths paths) {
    this.nodes = view.nodes();
    this.adapters = new AdapterNames(view);
    this.paths = paths;
    for (Node node : nodes) {
      order.put(node.name(), order.size());
    }
  }

  List<Node> nodes() {
    return nodes;
  }

  AdapterNames adapters() {
    return adapters;
  }

  ModulePaths paths() {
    return paths;
  }

  void miss(String role, String reason, Node node) {
    misses.putIfAbsent(role + node.name(), new NearMiss(role, reason, node));
  }

  List<NearMiss> misses() {
    return List.copyOf(misses.values());
  }

  /** Returns the nodes, each once, in topological order. */
  List<Node> sorted(Collection<Node> some) {
    Map<String, Node> distinct = new LinkedHashMap<>();
    some.forEach(n -> distinct.put(n.name(), n));
    List<Node> sorted = new ArrayList<>(distinct.values());
    sorted.sort(Comparator.comparingInt(n -> order.getOrDefault(n.name(), Integer.MAX_VALUE)));
    return List.copyOf(sorted);
  }
}
