/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.rewrite;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;

/** A place in a graph where a pattern fits, and what it captured there. */
public final class Match implements Outcome {
  private final Value root;
  private final List<Node> nodes;
  private final Map<Capture<?>, Object> captures;

  Match(Value root, Matcher.State state) {
    this.root = root;
    nodes = List.copyOf(state.nodes());
    captures = Map.copyOf(state.captures());
  }

  /**
   * Returns the value that the pattern was matched at.
   *
   * @return the root
   */
  public Value root() {
    return root;
  }

  /**
   * Returns the nodes that the pattern named, each once: the root's producer first, consumers
   * before producers.
   *
   * @return the nodes
   */
  public List<Node> nodes() {
    return nodes;
  }

  /**
   * Returns what was captured.
   *
   * @param <T> what it is
   * @param capture where the pattern put it
   * @return it
   * @throws IllegalArgumentException if the pattern did not fill this place
   */
  public <T> T get(Capture<T> capture) {
    return find(capture)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "nothing captured as '" + capture + "' at '" + root + "'"));
  }

  /**
   * Returns what was captured in a part of the pattern that need not match.
   *
   * @param <T> what it is
   * @param capture where the pattern puts it
   * @return it, or nothing
   */
  @SuppressWarnings("unchecked") // only Pattern#as puts something there, of the capture's type
  public <T> Optional<T> find(Capture<T> capture) {
    return Optional.ofNullable((T) captures.get(capture));
  }

  /**
   * Returns the matched nodes that nothing outside of the match reads once the root is no longer
   * read: what a rule may remove after it rerouted the root's consumers.
   *
   * @return the nodes, the root's producer first
   */
  public List<Node> removable() {
    Set<Node> removable = new LinkedHashSet<>();
    for (boolean grew = true; grew; ) {
      grew = false;
      for (Node node : nodes) {
        boolean free =
            node.outputs().stream()
                .allMatch(
                    output ->
                        output.equals(root)
                            || (isInner(output) && removable.containsAll(output.consumers())));
        grew |= free && removable.add(node);
      }
    }
    return List.copyOf(removable);
  }

  private static boolean isInner(Value value) {
    List<String> outputs = value.view().graph().outputs();
    return !value.consumers().isEmpty()
        && !(outputs != null && outputs.contains(value.name()))
        && !value.view().losses().contains(value);
  }

  @Override
  public String toString() {
    return "match at '" + root + "' of " + nodes;
  }
}
