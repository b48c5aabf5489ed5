/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.graft4j.graph.roles.Activation.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Finds activations, from the erf, tanh or sigmoid in them.
 *
 * <p>Both the argument of that function and the whole are expanded to polynomials in {@code x}, so
 * that the order and the grouping of the factors do not matter.
 */
final class Activations {
  private static final String X = "x";
  private static final String T = "t";
  private static final int REACH = 10;

  /** What the function is applied to, and what is made of the result. */
  private record Form(
      String op,
      Map<Map<String, Integer>, Double> argument,
      Map<Map<String, Integer>, Double> whole,
      Kind kind) {}

  private static final double ROOT = Math.sqrt(2 / Math.PI);
  private static final Map<Map<String, Integer>, Double> HALVES =
      Map.of(Map.of(X, 2), 0.5, Map.of(X, 2, T, 2), 0.5);
  private static final Map<Map<String, Integer>, Double> PRODUCT = Map.of(Map.of(X, 2, T, 2), 1.0);
  private static final List<Form> FORMS =
      List.of(
          new Form("erf", Map.of(Map.of(X, 2), Math.sqrt(0.5)), HALVES, Kind.GELU_ERF),
          new Form("tanh", cubic(1), HALVES, Kind.GELU_TANH),
          new Form("sigmoid", cubic(2), PRODUCT, Kind.GELU_TANH),
          new Form("sigmoid", Map.of(Map.of(X, 2), 1.702), PRODUCT, Kind.QUICK_GELU),
          new Form("sigmoid", Map.of(Map.of(X, 2), 1.0), PRODUCT, Kind.SILU));

  private final Scan scan;

  Activations(Scan scan) {
    this.scan = scan;
  }

  private static Map<Map<String, Integer>, Double> cubic(double factor) {
    return Map.of(Map.of(X, 2), factor * ROOT, Map.of(X, 6), factor * ROOT * 0.044715);
  }

  /** Returns the activation around the function that the node is, or null. */
  @Nullable Activation at(Node node) {
    switch (node.op()) {
      case "relu" -> {
        return single(node, Kind.RELU);
      }
      case "swish" -> {
        return single(node, Kind.SILU);
      }
      case "gelu" -> {
        return single(node, Kind.QUICK_GELU); // SameDiff's gelu is x σ(1.702 x)
      }
      case "erf", "tanh", "sigmoid" -> {
        Activation composed = composed(node);
        if (composed != null) {
          return composed;
        }
        if (node.is("erf")) {
          scan.miss("activation", "the rest of a GELU does not surround it", node);
          return null;
        }
        return single(node, node.is("tanh") ? Kind.TANH : Kind.SIGMOID);
      }
      default -> {
        return null;
      }
    }
  }

  private Activation single(Node node, Kind kind) {
    return new Activation(
        scan.paths().of(node, List.of(), "activation"),
        kind,
        node.input(0),
        node.output(),
        List.of(node));
  }

  private @Nullable Activation composed(Node function) {
    Value t = function.output();
    for (Value x : candidates(function.input(0))) {
      for (Form form : FORMS) {
        if (!form.op().equals(function.op())) {
          continue;
        }
        Expansion argument = new Expansion(Set.of(x.name()));
        Polynomial inner = argument.of(function.input(0));
        if (inner == null || !inner.is(named(form.argument(), x, t))) {
          continue;
        }
        Activation whole = whole(function, x, form, argument);
        if (whole != null) {
          return whole;
        }
      }
    }
    return null;
  }

  /** Returns what may be x: the argument and what it is computed from, nearest first. */
  private static List<Value> candidates(Value argument) {
    Deque<Value> queue = new ArrayDeque<>(List.of(argument));
    Map<String, Value> found = new LinkedHashMap<>();
    while (!queue.isEmpty() && found.size() < REACH) {
      Value value = queue.removeFirst();
      if (value.isStored() || found.putIfAbsent(value.name(), value) != null) {
        continue;
      }
      Arithmetic arithmetic = value.producer().map(Arithmetic::of).orElse(null);
      if (arithmetic != null) {
        queue.add(arithmetic.left());
        if (arithmetic.right() != null) {
          queue.add(arithmetic.right());
        }
      }
    }
    return new ArrayList<>(found.values());
  }

  private @Nullable Activation whole(Node function, Value x, Form form, Expansion argument) {
    Value t = function.output();
    Deque<Value> queue = new ArrayDeque<>(List.of(t));
    Set<String> seen = new LinkedHashSet<>();
    while (!queue.isEmpty() && seen.size() < REACH) {
      Value value = queue.removeFirst();
      if (!seen.add(value.name())) {
        continue;
      }
      Expansion expansion = new Expansion(new HashSet<>(List.of(x.name(), t.name())));
      Polynomial polynomial = expansion.of(value);
      if (polynomial != null && polynomial.is(named(form.whole(), x, t))) {
        Map<String, Node> nodes = new LinkedHashMap<>();
        argument.visited().forEach(n -> nodes.put(n.name(), n));
        nodes.put(function.name(), function);
        expansion.visited().forEach(n -> nodes.put(n.name(), n));
        Node last = value.producer().orElse(function);
        return new Activation(
            scan.paths().of(last, List.of(), "activation"),
            form.kind(),
            x,
            value,
            scan.sorted(nodes.values()));
      }
      for (Node reader : value.consumers()) {
        if (!scan.adapters().owns(reader.name()) && Arithmetic.of(reader) != null) {
          queue.add(reader.output());
        }
      }
    }
    return null;
  }

  private static Map<Map<String, Integer>, Double> named(
      Map<Map<String, Integer>, Double> form, Value x, Value t) {
    Map<Map<String, Integer>, Double> named = new LinkedHashMap<>();
    form.forEach(
        (product, c) -> {
          Map<String, Integer> powers = new LinkedHashMap<>();
          product.forEach((name, e) -> powers.put(name.equals(X) ? x.name() : t.name(), e));
          named.put(powers, c);
        });
    return named;
  }
}
