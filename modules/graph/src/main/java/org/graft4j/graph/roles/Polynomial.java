/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A sum of products of powers of values, in which a formula is the same however it is written.
 *
 * <p>A product is a map from a value's name to its exponent in halves, so that {@code sqrt(v)} has
 * {@code v=1} and {@code 1 / v} has {@code v=-2}.
 */
final class Polynomial {
  private static final double TOLERANCE = 2e-4;
  private static final int MOST_TERMS = 16;

  private final Map<Map<String, Integer>, Double> terms = new java.util.HashMap<>();

  private Polynomial() {}

  static Polynomial constant(double c) {
    Polynomial p = new Polynomial();
    p.add(Map.of(), c);
    return p;
  }

  static Polynomial atom(String name) {
    Polynomial p = new Polynomial();
    p.add(Map.of(name, 2), 1);
    return p;
  }

  private void add(Map<String, Integer> product, double c) {
    double sum = terms.merge(product, c, Double::sum);
    if (Math.abs(sum) < 1e-12) {
      terms.remove(product);
    }
  }

  Polynomial plus(Polynomial other, double factor) {
    Polynomial sum = new Polynomial();
    sum.terms.putAll(terms);
    other.terms.forEach((product, c) -> sum.add(product, factor * c));
    return sum;
  }

  /** Returns the product, or null when it gets too long to be a formula we look for. */
  @Nullable Polynomial times(Polynomial other) {
    if (terms.size() * other.terms.size() > MOST_TERMS) {
      return null;
    }
    Polynomial result = new Polynomial();
    terms.forEach(
        (p, c) ->
            other.terms.forEach(
                (q, d) -> {
                  Map<String, Integer> both = new TreeMap<>(p);
                  q.forEach((name, e) -> both.merge(name, e, Integer::sum));
                  both.values().removeIf(e -> e == 0);
                  result.add(both, c * d);
                }));
    return result;
  }

  /** Returns a power of a single product, or a small whole power of a sum; otherwise null. */
  @Nullable Polynomial power(double exponent) {
    if (terms.size() == 1) {
      Map.Entry<Map<String, Integer>, Double> only = terms.entrySet().iterator().next();
      Map<String, Integer> raised = new TreeMap<>();
      for (Map.Entry<String, Integer> e : only.getKey().entrySet()) {
        double halves = e.getValue() * exponent;
        if (halves != Math.rint(halves)) {
          return null;
        }
        raised.put(e.getKey(), (int) halves);
      }
      raised.values().removeIf(e -> e == 0);
      Polynomial result = new Polynomial();
      result.add(raised, Math.pow(only.getValue(), exponent));
      return result;
    }
    if (exponent != 2 && exponent != 3) {
      return null;
    }
    Polynomial square = times(this);
    return exponent == 2 || square == null ? square : square.times(this);
  }

  Map<Map<String, Integer>, Double> terms() {
    return terms;
  }

  boolean isConstant() {
    return terms.isEmpty() || (terms.size() == 1 && terms.containsKey(Map.of()));
  }

  double constant() {
    return terms.getOrDefault(Map.of(), 0.0);
  }

  /** Says whether this is the sum of the given products, up to the rounding of the constants. */
  boolean is(Map<Map<String, Integer>, Double> expected) {
    return terms.size() == expected.size()
        && expected.entrySet().stream()
            .allMatch(
                e -> {
                  Double c = terms.get(e.getKey());
                  return c != null
                      && Math.abs(c - e.getValue()) <= TOLERANCE * Math.abs(e.getValue());
                });
  }
}
