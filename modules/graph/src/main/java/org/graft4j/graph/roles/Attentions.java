/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.graft4j.graph.roles.Projections.Origin;
import org.jspecify.annotations.Nullable;

/** Finds attentions, from their softmax. */
final class Attentions {
  private static final int DEPTH = 12;
  private static final Set<String> POINTWISE =
      Set.of(
          "identity",
          "cast",
          "reshape",
          "multiply",
          "mul_scalar",
          "add",
          "subtract",
          "divide",
          "div_scalar",
          "Where",
          "where",
          "select",
          "stop_gradient");
  private static final Set<String> MERGE =
      Set.of(
          "permute",
          "transpose",
          "reshape",
          "identity",
          "cast",
          "multiply",
          "squeeze",
          "expand_dims");

  private final Scan scan;
  private final Projections projections;

  Attentions(Scan scan, Projections projections) {
    this.scan = scan;
    this.projections = projections;
  }

  /** What stands between the softmax and the product of queries and keys. */
  private static final class Way {
    private final List<Node> nodes = new ArrayList<>();
    private double scale = 1;
    private double cap;
    private @Nullable Value mask;
    private @Nullable Value bias;
    private @Nullable Node scores;

    /** Multiplies the scores, and with them the cap below. */
    void scale(double factor) {
      scale *= factor;
      cap *= factor;
    }
  }

  /** Returns the attention around a softmax, or null. */
  @Nullable Attention at(Node softmax) {
    if (!softmax.is("softmax")) {
      return null;
    }
    Way way = new Way();
    if (!down(softmax.input(0), way, DEPTH) || way.scores == null) {
      return null;
    }
    Node scores = way.scores;
    Origin query = projections.origin(scores.input(0));
    Origin key = projections.origin(scores.input(1));
    if (query == null || key == null) {
      scan.miss(
          "attention",
          (query == null ? "queries" : "keys") + " do not come from one linear layer",
          scores);
      return null;
    }
    List<Node> nodes = new ArrayList<>(way.nodes);
    nodes.add(softmax);
    Node product = contextProduct(softmax.output(), nodes);
    Origin value = product == null ? null : projections.origin(product.input(1));
    if (product == null || value == null) {
      scan.miss(
          "attention",
          product == null
              ? "no product with values follows the softmax"
              : "values do not come from one linear layer",
          softmax);
      return null;
    }
    nodes.add(product);
    long features = query.headFeatures();
    if (features == 0) {
      features = key.headFeatures();
    }
    if (features == 0 || key.features() % features != 0) {
      scan.miss("attention", "the number of heads is not known", scores);
      return null;
    }
    Linear output = projections.reader(product.output(), MERGE, new ArrayList<>());
    return new Attention(
        path(query.linear(), key.linear(), value.linear()),
        named(query.linear(), query, key, value),
        named(key.linear(), query, key, value),
        named(value.linear(), query, key, value),
        output,
        scores.input(0),
        scores.input(1),
        product.input(1),
        scores,
        way.mask,
        way.bias,
        way.scale * query.scale() * key.scale(),
        way.cap,
        (int) (query.features() / features),
        (int) (key.features() / features),
        softmax.output(),
        product.output(),
        output == null ? product.output() : output.output(),
        scan.sorted(nodes));
  }

  private static String path(Linear query, Linear key, Linear value) {
    if (query.path().equals(key.path())) {
      return ModulePaths.parent(query.path());
    }
    String common = ModulePaths.common(List.of(query.path(), key.path(), value.path()));
    return common.isEmpty() ? ModulePaths.parent(query.path()) : common;
  }

  /** Returns the layer with its slices named after what the attention takes them for. */
  static Linear named(Linear linear, Origin query, Origin key, Origin value) {
    if (linear.slices().isEmpty()) {
      return linear;
    }
    Map<String, String> names = new HashMap<>();
    name(linear, query, "query", names);
    name(linear, key, "key", names);
    name(linear, value, "value", names);
    return linear.withSliceNames(names);
  }

  private static void name(Linear linear, Origin origin, String name, Map<String, String> names) {
    Slice slice = origin.slice();
    if (slice != null && origin.linear().matmul().equals(linear.matmul())) {
      names.put(slice.value().name(), name);
    }
  }

  /** Walks from the softmax down to the product, and says whether it got there. */
  private boolean down(Value value, Way way, int depth) {
    Node node = value.producer().orElse(null);
    if (node == null || depth == 0) {
      return false;
    }
    if (node.is("matmul")) {
      if (projections.isProduct(node) || Weights.of(node.input(1)) != null) {
        return false;
      }
      way.scores = node;
      way.nodes.add(node);
      return true;
    }
    if (node.is("identity", "cast", "reshape", "stop_gradient")) {
      return passed(node, node.input(0), way, depth);
    }
    if (node.is("tanh")) {
      boolean passed = passed(node, node.input(0), way, depth);
      way.cap = passed ? 1 : 0;
      return passed;
    }
    Arithmetic arithmetic = Arithmetic.of(node);
    if (arithmetic == null || arithmetic.kind() == Arithmetic.Kind.POW) {
      return false;
    }
    Value right = arithmetic.right();
    if (passed(node, arithmetic.left(), way, depth)) {
      if (right != null && Arithmetic.scalar(right) == null) {
        masked(arithmetic, right, way);
      }
      way.scale(Projections.factor(node));
      return true;
    }
    if (right != null && passed(node, right, way, depth)) {
      if (Arithmetic.scalar(arithmetic.left()) == null) {
        masked(arithmetic, arithmetic.left(), way);
      }
      way.scale(Projections.factor(node));
      return true;
    }
    return false;
  }

  private static void masked(Arithmetic arithmetic, Value other, Way way) {
    if (arithmetic.kind() == Arithmetic.Kind.ADD) {
      way.bias = way.mask;
      way.mask = other;
    }
  }

  private boolean passed(Node node, Value input, Way way, int depth) {
    if (!down(input, way, depth - 1)) {
      return false;
    }
    way.nodes.add(node);
    return true;
  }

  /** Returns the product that reads the probabilities as its left operand. */
  private static @Nullable Node contextProduct(Value probabilities, List<Node> passed) {
    Deque<Value> queue = new ArrayDeque<>(List.of(probabilities));
    Set<String> seen = new HashSet<>();
    while (!queue.isEmpty() && seen.size() < DEPTH) {
      Value value = queue.removeFirst();
      if (!seen.add(value.name())) {
        continue;
      }
      for (Node reader : value.consumers()) {
        if (reader.is("matmul")) {
          return reader.input(0).equals(value) ? reader : null;
        }
        if (POINTWISE.contains(reader.op())) {
          passed.add(reader);
          queue.add(reader.output());
        }
      }
    }
    return null;
  }
}
