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
import org.jspecify.annotations.Nullable;

/**
 * Finds norms, from their square roots.
 *
 * <p>The sum under the root tells input and epsilon. Above it the graph is expanded until it reads
 * {@code x γ / s (− mean γ / s) (+ β)}, so that every order of the factors is found, and also
 * TensorFlow's {@code x·(γ/s) + (β − mean·(γ/s))}.
 */
final class Norms {
  private static final int REACH = 12;

  private final Scan scan;

  Norms(Scan scan) {
    this.scan = scan;
  }

  /** Returns the norm whose root the node is, or null. */
  @Nullable Norm at(Node node) {
    if (node.is("layer_norm")) {
      return null; // it has no epsilon: not what a model's norm computes
    }
    Arithmetic root = Arithmetic.of(node);
    if (root == null
        || root.kind() != Arithmetic.Kind.POW
        || Math.abs(exponent(root)) != 0.5
        || scan.adapters().owns(node.name())) {
      return null;
    }
    Foot foot = Foot.of(root.left());
    return foot == null ? null : new Climb(node, foot).norm();
  }

  private static double exponent(Arithmetic power) {
    Value right = power.right();
    Double number = right == null ? Double.valueOf(power.number()) : Arithmetic.scalar(right);
    return number == null ? Double.NaN : number;
  }

  /**
   * What stands under the root: {@code mean((x − mean)²) + ε}, or without a mean.
   *
   * @param sum the value under the root
   * @param input what is normalised
   * @param mean its mean, in a layer norm
   * @param epsilon the number added
   * @param nodes the nodes between input and sum
   */
  private record Foot(
      Value sum, Value input, @Nullable Value mean, double epsilon, List<Node> nodes) {

    static @Nullable Foot of(Value sum) {
      Node add = sum.producer().orElse(null);
      Arithmetic arithmetic = add == null ? null : Arithmetic.of(add);
      if (add == null || arithmetic == null || arithmetic.kind() != Arithmetic.Kind.ADD) {
        return null;
      }
      Value left = arithmetic.left();
      Value right = arithmetic.right();
      Double epsilon =
          right == null ? Double.valueOf(arithmetic.number()) : Arithmetic.scalar(right);
      if (epsilon == null && right != null) {
        epsilon = Arithmetic.scalar(left);
        left = right;
      }
      if (epsilon == null) {
        return null;
      }
      List<Node> nodes = new ArrayList<>(List.of(add));
      Node variance = before(left, nodes);
      if (variance == null) {
        return null;
      }
      nodes.add(variance);
      if (variance.is("moments")) {
        if (variance.outputs().size() != 2 || !overLast(variance)) {
          return null;
        }
        return new Foot(
            sum, Weights.through(variance.input(0)), variance.outputs().get(0), epsilon, nodes);
      }
      if (!variance.is("reduce_mean", "mean") || !overLast(variance)) {
        return null;
      }
      Node square = before(variance.input(0), nodes);
      if (square == null) {
        return null;
      }
      nodes.add(square);
      Value deviation = squared(square);
      if (square.is("squaredsubtract")) {
        return layer(sum, square.input(0), square.input(1), epsilon, nodes);
      }
      if (deviation == null) {
        return null;
      }
      Node sub = deviation.producer().orElse(null);
      if (sub != null && sub.is("subtract")) {
        List<Node> more = new ArrayList<>(nodes);
        more.add(sub);
        Foot layer = layer(sum, sub.input(0), sub.input(1), epsilon, more);
        if (layer != null) {
          return layer;
        }
      }
      return new Foot(sum, Weights.through(deviation), null, epsilon, nodes);
    }

    private static @Nullable Foot layer(
        Value sum, Value x, Value m, double epsilon, List<Node> nodes) {
      Value input = Weights.through(x);
      List<Node> chain = new ArrayList<>(nodes);
      Node mean = before(m, chain);
      if (mean == null || !isMean(mean, input)) {
        return null;
      }
      chain.add(mean);
      return new Foot(sum, input, mean.output(), epsilon, chain);
    }

    /** Returns the node before identities, which it adds to the nodes. */
    private static @Nullable Node before(Value value, List<Node> nodes) {
      Node node = value.producer().orElse(null);
      while (node != null && Weights.isIdentity(node)) {
        nodes.add(node);
        node = node.input(0).producer().orElse(null);
      }
      return node;
    }

    private static @Nullable Value squared(Node node) {
      Arithmetic arithmetic = Arithmetic.of(node);
      if (arithmetic == null) {
        return null;
      }
      if (arithmetic.kind() == Arithmetic.Kind.POW && exponent(arithmetic) == 2) {
        return arithmetic.left();
      }
      return arithmetic.kind() == Arithmetic.Kind.MUL
              && arithmetic.left().equals(arithmetic.right())
          ? arithmetic.left()
          : null;
    }

    private static boolean isMean(Node node, Value of) {
      return node.is("reduce_mean", "mean", "moments")
          && overLast(node)
          && Weights.through(node.input(0)).equals(of);
    }

    private static boolean overLast(Node reduction) {
      int[] axes = reduction.attributes().findDimensions().orElse(null);
      return axes != null && axes.length == 1 && Shapes.isLast(axes[0], reduction.input(0));
    }
  }

  /** Climbs from a root to the value where the formula is complete. */
  private final class Climb {
    private final Node root;
    private final Foot foot;
    private final Set<String> stops;

    Climb(Node root, Foot foot) {
      this.root = root;
      this.foot = foot;
      this.stops = new HashSet<>(List.of(foot.input().name(), foot.sum().name()));
    }

    @Nullable Norm norm() {
      Deque<Value> queue = new ArrayDeque<>(List.of(root.output()));
      Set<String> seen = new LinkedHashSet<>();
      Norm best = null;
      while (!queue.isEmpty() && seen.size() < REACH) {
        Value value = queue.removeFirst();
        if (!seen.add(value.name())) {
          continue;
        }
        Norm norm = matched(value);
        if (norm != null && (best == null || norm.beta() != null)) {
          best = norm;
          if (norm.beta() != null) {
            break;
          }
        }
        for (Node reader : value.consumers()) {
          if (!scan.adapters().owns(reader.name()) && Arithmetic.of(reader) != null) {
            reader.inputs().stream()
                .filter(Climb::isShiftedWeight)
                .forEach(v -> stops.add(v.name()));
            queue.add(reader.output());
          }
        }
      }
      if (best == null) {
        scan.miss("norm", "no scale over the features follows the root", root);
      }
      return best;
    }

    /** Says whether a value is the sum of a weight and a number: Gemma's γ, {@code 1 + w}. */
    private static boolean isShiftedWeight(Value value) {
      Arithmetic sum = value.producer().map(Arithmetic::of).orElse(null);
      return sum != null && sum.kind() == Arithmetic.Kind.ADD && vector(value) >= 1;
    }

    private @Nullable Norm matched(Value value) {
      Expansion expansion = new Expansion(stops);
      Polynomial polynomial = expansion.of(value);
      if (polynomial == null) {
        return null;
      }
      Value beta = null;
      Set<String> factors = new HashSet<>();
      List<Node> means = new ArrayList<>();
      boolean scaled = false;
      boolean centred = false;
      for (Map.Entry<Map<String, Integer>, Double> term : polynomial.terms().entrySet()) {
        Map<String, Integer> product = new LinkedHashMap<>(term.getKey());
        Integer inverse = product.remove(foot.sum().name());
        boolean ofInput = Integer.valueOf(2).equals(product.remove(foot.input().name()));
        Node mean = foot.mean() == null ? null : meanIn(value, product);
        boolean ofMean = mean != null;
        if (mean != null) {
          means.add(mean);
          product.remove(mean.output().name());
        }
        if (product.size() != 1 || product.values().iterator().next() != 2) {
          return null;
        }
        String factor = product.keySet().iterator().next();
        double sign = term.getValue();
        if (inverse == null && !ofInput && !ofMean && near(sign, 1)) {
          beta = vector(value, factor, beta);
          if (beta == null) {
            return null;
          }
        } else if (Integer.valueOf(-1).equals(inverse) && ofInput != ofMean) {
          if (!near(sign, ofInput ? 1 : -1)) {
            return null;
          }
          factors.add(factor);
          scaled |= ofInput;
          centred |= ofMean;
        } else {
          return null;
        }
      }
      if (!scaled || centred != (foot.mean() != null) || factors.size() != 1) {
        return null;
      }
      Value gamma = vector(value, factors.iterator().next(), null);
      if (gamma == null) {
        return null;
      }
      return norm(value, gamma, beta, expansion, means);
    }

    /** Returns the node whose output, a mean of the input, is a factor; models compute it twice. */
    private @Nullable Node meanIn(Value any, Map<String, Integer> product) {
      for (Map.Entry<String, Integer> factor : product.entrySet()) {
        Node node = any.view().findValue(factor.getKey()).flatMap(Value::producer).orElse(null);
        if (node != null
            && factor.getValue() == 2
            && node.output().name().equals(factor.getKey())
            && Foot.isMean(node, foot.input())) {
          return node;
        }
      }
      return null;
    }

    private Norm norm(
        Value output, Value gamma, @Nullable Value beta, Expansion expansion, List<Node> means) {
      Map<String, Node> nodes = new LinkedHashMap<>();
      means.forEach(n -> nodes.put(n.name(), n));
      foot.nodes().forEach(n -> nodes.put(n.name(), n));
      nodes.put(root.name(), root);
      expansion.visited().forEach(n -> nodes.put(n.name(), n));
      Weight weight = Weights.ofScale(gamma);
      Value named = weight == null ? gamma : weight.base();
      List<Value> weights = beta == null ? List.of(named) : List.of(named, beta);
      Node last = output.producer().orElse(root);
      return new Norm(
          scan.paths().of(last, weights, "norm"),
          foot.mean() == null ? Norm.Kind.RMS : Norm.Kind.LAYER,
          foot.input(),
          gamma,
          named,
          beta,
          foot.epsilon(),
          output,
          scan.sorted(nodes.values()));
    }

    /** Returns the named value if it is a vector of weights, and the only one. */
    private @Nullable Value vector(Value any, String name, @Nullable Value other) {
      Value value = any.view().findValue(name).orElse(null);
      return value == null || other != null || vector(value) < 1 ? null : value;
    }

    private static long vector(Value value) {
      Weight weight = Weights.ofScale(value);
      return weight == null ? -1 : Weights.vector(weight);
    }
  }

  private static boolean near(double a, double b) {
    return Math.abs(a - b) < 1e-6;
  }
}
