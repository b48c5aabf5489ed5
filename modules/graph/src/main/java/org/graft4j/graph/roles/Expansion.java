/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.jspecify.annotations.Nullable;

/** Writes a value as a {@link Polynomial} of the values at which it stops. */
final class Expansion {
  private static final int MOST_NODES = 40;

  private final Set<String> stops;
  private final Map<String, Polynomial> known = new HashMap<>();
  private final Map<String, Node> visited = new LinkedHashMap<>();

  /** Stops at the named values, and at whatever is not arithmetic. */
  Expansion(Set<String> stops) {
    this.stops = stops;
  }

  /** The arithmetic nodes that were expanded. */
  List<Node> visited() {
    return List.copyOf(visited.values());
  }

  /** Returns the polynomial, or null when the value is no small formula. */
  @Nullable Polynomial of(Value value) {
    Polynomial done = known.get(value.name());
    if (done != null) {
      return done;
    }
    Polynomial p = expand(value);
    if (p != null) {
      known.put(value.name(), p);
    }
    return p;
  }

  private @Nullable Polynomial expand(Value value) {
    if (stops.contains(value.name())) {
      return Polynomial.atom(value.name());
    }
    Double constant = Arithmetic.scalar(value);
    if (constant != null) {
      return Polynomial.constant(constant);
    }
    Node node = value.producer().orElse(null);
    Arithmetic arithmetic = node == null ? null : Arithmetic.of(node);
    if (node == null || arithmetic == null) {
      return Polynomial.atom(value.name());
    }
    visited.put(node.name(), node);
    if (visited.size() > MOST_NODES) {
      return null;
    }
    Polynomial left = of(arithmetic.left());
    if (left == null) {
      return null;
    }
    Polynomial right =
        arithmetic.right() == null
            ? Polynomial.constant(arithmetic.number())
            : of(arithmetic.right());
    if (right == null) {
      return null;
    }
    if (arithmetic.swapped()) {
      Polynomial l = left;
      left = right;
      right = l;
    }
    return switch (arithmetic.kind()) {
      case ADD -> left.plus(right, 1);
      case SUB -> left.plus(right, -1);
      case MUL -> left.times(right);
      case DIV -> {
        Polynomial inverse = raised(arithmetic, right, -1);
        yield inverse == null ? null : left.times(inverse);
      }
      case POW -> right.isConstant() ? raised(arithmetic, left, right.constant()) : null;
    };
  }

  private static @Nullable Polynomial raised(Arithmetic arithmetic, Polynomial p, double exponent) {
    Polynomial raised = p.power(exponent);
    if (raised != null || arithmetic.right() != null) {
      return raised;
    }
    return Polynomial.atom(arithmetic.left().name()).power(exponent);
  }
}
