/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;

/**
 * A read-only, live view of a {@code SameDiff}: nothing is copied, so that each call sees the graph
 * as it is now.
 *
 * <p>Everything is keyed by name. {@code "x:0"} and {@code "x"} mean the same value, whichever of
 * them the graph holds.
 */
public final class GraphView {
  /*
   * SameDiff's own look-ups are not used: getVariable(x) prefers a variable x:0 over x, variableMap() copies the whole map
   * on each call, and equality of variables and ops compares array contents and fields instead of identity. Names are the
   * only sound key.
   */
  private final SameDiff graph;

  private GraphView(SameDiff graph) {
    this.graph = graph;
  }

  /**
   * Returns a view of a graph.
   *
   * @param graph the graph to look at
   * @return the view
   */
  public static GraphView of(SameDiff graph) {
    return new GraphView(graph);
  }

  /**
   * Returns the graph that this is a view of.
   *
   * @return the graph itself
   */
  public SameDiff graph() {
    return graph;
  }

  /**
   * Returns all nodes, producers before consumers. Nodes keep the order of their creation unless an
   * edge forbids it. The order is computed anew by each call, so keep the list while the graph does
   * not change.
   *
   * @return the nodes
   * @throws BrokenGraphException if the graph has a cycle
   */
  public List<Node> nodes() {
    TopologicalOrder order = TopologicalOrder.of(graph);
    if (!order.cycle().isEmpty()) {
      throw new BrokenGraphException("cycle through nodes " + order.cycle());
    }
    return order.names().stream().map(name -> new Node(this, name)).toList();
  }

  /**
   * Looks a node up.
   *
   * @param name the node's name
   * @return the node, or nothing if there is none of that name
   */
  public Optional<Node> findNode(String name) {
    return ops().containsKey(name) ? Optional.of(new Node(this, name)) : Optional.empty();
  }

  /**
   * Looks a node up that has to be there.
   *
   * @param name the node's name
   * @return the node
   * @throws IllegalArgumentException if there is none of that name; the message offers similar
   *     names
   */
  public Node node(String name) {
    return findNode(name)
        .orElseThrow(() -> new IllegalArgumentException(unknown("node", name, ops().keySet())));
  }

  /**
   * Looks a value up.
   *
   * @param name the value's name, with or without {@code ":0"}
   * @return the value, or nothing if there is none of that name
   */
  public Optional<Value> findValue(String name) {
    String canonical = canonical(name);
    return canonical == null ? Optional.empty() : Optional.of(new Value(this, canonical));
  }

  /**
   * Looks a value up that has to be there.
   *
   * @param name the value's name, with or without {@code ":0"}
   * @return the value
   * @throws IllegalArgumentException if there is none of that name; the message offers similar
   *     names
   */
  public Value value(String name) {
    return findValue(name)
        .orElseThrow(
            () -> new IllegalArgumentException(unknown("value", name, variables().keySet())));
  }

  /**
   * Returns all values, sorted by name.
   *
   * @return the values
   */
  public List<Value> values() {
    return values(value -> true);
  }

  /**
   * Returns the values that a caller feeds, sorted by name.
   *
   * @return the placeholders
   */
  public List<Value> placeholders() {
    return values(value -> value.kind() == Value.Kind.PLACEHOLDER);
  }

  /**
   * Returns the values that hold an array and are not trained, sorted by name.
   *
   * @return the constants
   */
  public List<Value> constants() {
    return values(value -> value.kind() == Value.Kind.CONSTANT);
  }

  /**
   * Returns the values that hold an array and are trained, sorted by name.
   *
   * @return the trainable values
   */
  public List<Value> trainables() {
    return values(value -> value.kind() == Value.Kind.TRAINABLE);
  }

  /**
   * Returns the outputs: first those declared by {@link SameDiff#outputs()} in their order, then
   * the results that no node consumes, sorted by name.
   *
   * @return the outputs
   */
  public List<Value> outputs() {
    Set<Value> outputs = new LinkedHashSet<>();
    List<String> declared = graph.outputs();
    if (declared != null) {
      declared.forEach(name -> findValue(name).ifPresent(outputs::add));
    }
    outputs.addAll(
        values(value -> value.kind() == Value.Kind.ACTIVATION && value.consumers().isEmpty()));
    return List.copyOf(outputs);
  }

  /**
   * Returns the values that training minimises, in their order.
   *
   * @return the losses, usually one or none
   */
  public List<Value> losses() {
    return graph.getLossVariables().stream().map(this::value).toList();
  }

  /**
   * Returns the name under which the graph holds a value.
   *
   * @param name a name with or without {@code ":0"}
   * @return the stored name, or null if there is no such value
   */
  @Nullable String canonical(String name) {
    Map<String, Variable> variables = variables();
    if (variables.containsKey(name)) {
      return name;
    }
    if (name.endsWith(":0")) {
      String bare = name.substring(0, name.length() - 2);
      return variables.containsKey(bare) ? bare : null;
    }
    return variables.containsKey(name + ":0") ? name + ":0" : null;
  }

  /** Returns a node that is there, as SameDiff stores it. */
  static SameDiffOp op(SameDiff graph, String name) {
    return Objects.requireNonNull(graph.getOps().get(name), name);
  }

  /** Returns a value that is there, as SameDiff stores it. */
  static Variable variable(SameDiff graph, String name) {
    return Objects.requireNonNull(graph.getVariables().get(name), name);
  }

  Map<String, SameDiffOp> ops() {
    return graph.getOps();
  }

  Map<String, Variable> variables() {
    return graph.getVariables();
  }

  private List<Value> values(Predicate<Value> wanted) {
    List<Value> values = new ArrayList<>();
    for (String name : variables().keySet()) {
      Value value = new Value(this, name);
      if (wanted.test(value)) {
        values.add(value);
      }
    }
    return values;
  }

  private static String unknown(String what, String name, Set<String> names) {
    List<String> near = NearNames.of(name, names);
    return "no "
        + what
        + " named '"
        + name
        + "'"
        + (near.isEmpty() ? "" : "; near: " + String.join(", ", near));
  }
}
