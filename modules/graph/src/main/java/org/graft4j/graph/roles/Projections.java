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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.jspecify.annotations.Nullable;

/** Leads from any value to the linear layer it comes from or goes to. */
final class Projections {
  private static final int REACH = 200;

  /**
   * Where a value comes from.
   *
   * @param linear the layer
   * @param slice the part of its features, or null for all of them
   * @param nodes the nodes between the layer and the value
   * @param splits those of the nodes that split, of whose parts only one leads to the value
   */
  record Origin(Linear linear, @Nullable Slice slice, List<Node> nodes, Set<String> splits) {
    long features() {
      long features = slice == null ? linear.outFeatures() : slice.end() - slice.begin();
      for (Node node : nodes) {
        features /= parts(node);
      }
      return features;
    }

    private int parts(Node node) {
      return splits.contains(node.name()) ? node.outputs().size() : 1;
    }

    /** Returns the product of the numbers with which the nodes multiply. */
    double scale() {
      double scale = 1;
      for (Node node : nodes) {
        scale *= factor(node);
      }
      return scale;
    }

    /** Returns the number of features of one head; 0 when no reshape tells. */
    long headFeatures() {
      long features = slice == null ? linear.outFeatures() : slice.end() - slice.begin();
      long found = 0;
      boolean open = true;
      for (Node node : nodes) {
        int parts = parts(node);
        if (parts > 1) {
          features /= parts;
          found /= parts;
          open = true; // what the groups were of a fused layer need not be its heads
        } else if (open && node.is("reshape")) {
          long size = lastAxis(node, features);
          open = size == 0;
          found = size == 0 ? found : size;
        }
      }
      return found;
    }

    /** The size of the last axis of a reshape that gives heads an axis; 0 when it does not. */
    private static long lastAxis(Node reshape, long features) {
      long[] target = Shapes.target(reshape);
      if (target == null || target.length < 3) {
        return 0;
      }
      long last = target[target.length - 1];
      long heads = target[target.length - 2];
      if (last > 0 && features % last == 0) {
        return last;
      }
      return last == -1 && heads > 0 && features % heads == 0 ? features / heads : 0;
    }
  }

  private final Map<String, Origin> origins = new HashMap<>();
  private final Map<String, Linear> readers = new LinkedHashMap<>();
  private final Set<String> products = new HashSet<>();

  Projections(List<Linear> linears) {
    for (Linear linear : linears) {
      origins.put(linear.output().name(), new Origin(linear, null, List.of(), Set.of()));
      for (Slice slice : linear.slices()) {
        origins.put(slice.value().name(), new Origin(linear, slice, List.of(), Set.of()));
      }
      products.add(linear.matmul().name());
      readers.put(linear.matmul().name(), linear);
      linear.nodes().forEach(n -> readers.put(n.name(), linear));
    }
  }

  /** Returns the number by which a node multiplies; 1 when it does anything else. */
  static double factor(Node node) {
    Arithmetic arithmetic = Arithmetic.of(node);
    if (arithmetic == null || node.is("neg", "identity", "stop_gradient")) {
      return 1;
    }
    Value right = arithmetic.right();
    Double number = right == null ? Double.valueOf(arithmetic.number()) : Arithmetic.scalar(right);
    boolean left = false;
    if (number == null) {
      number = Arithmetic.scalar(arithmetic.left());
      left = true;
    }
    if (number == null) {
      return 1;
    }
    return switch (arithmetic.kind()) {
      case MUL -> number;
      case DIV -> left || arithmetic.swapped() ? 1 : 1 / number;
      default -> 1;
    };
  }

  boolean isProduct(Node node) {
    return products.contains(node.name());
  }

  /** Returns the layer of which the value is the output, or a slice of the output. */
  @Nullable Origin direct(Value value) {
    return origins.get(Weights.through(value).name());
  }

  /** Returns the only layer from which the value comes, or null when there is none or many. */
  @Nullable Origin origin(Value value) {
    Search search = new Search();
    search.reaches(value);
    if (search.found.size() != 1) {
      return null;
    }
    Origin origin = search.found.values().iterator().next();
    return new Origin(origin.linear(), origin.slice(), search.nodes, search.splits());
  }

  /** Walks back over floating-point values as far as the outputs of layers. */
  private final class Search {
    private final Map<String, Boolean> seen = new HashMap<>();
    private final Map<String, Origin> found = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();

    boolean reaches(Value value) {
      Origin origin = origins.get(value.name());
      if (origin != null) {
        found.put(value.name(), origin);
        return true;
      }
      Boolean known = seen.get(value.name());
      if (known != null) {
        return known;
      }
      seen.put(value.name(), false);
      Node node = value.producer().orElse(null);
      if (node == null
          || seen.size() > REACH
          || !value.dataType().isFPType()
          || node.is("softmax", "gather", "reduce_mean_bp")
          || isProduct(node)) {
        return false;
      }
      boolean reaches = false;
      for (Value input : node.inputs()) {
        reaches |= reaches(input);
      }
      if (reaches) {
        if (!nodes.contains(node)) {
          nodes.add(node);
        }
        seen.put(value.name(), true);
      }
      return reaches;
    }

    private Set<String> splits() {
      Set<String> splits = new HashSet<>();
      for (Node node : nodes) {
        long used = node.outputs().stream().filter(v -> seen.containsKey(v.name())).count();
        if (node.is("split") && used == 1) {
          splits.add(node.name());
        }
      }
      return splits;
    }
  }

  /**
   * Returns the layer that reads the value, over reshapes, permutations and what {@code through}
   * names.
   */
  @Nullable Linear reader(Value value, Set<String> through, List<Node> passed) {
    Deque<Value> queue = new ArrayDeque<>(List.of(value));
    Map<String, Node> before = new HashMap<>();
    Set<String> seen = new HashSet<>();
    while (!queue.isEmpty() && seen.size() < 24) {
      Value at = queue.removeFirst();
      if (!seen.add(at.name())) {
        continue;
      }
      for (Node node : at.consumers()) {
        Linear linear = readers.get(node.name());
        if (linear != null
            && (linear.input().equals(at) || linear.matmulInput().equals(at))
            && node.input(0).equals(at)) {
          for (Node n = before.get(at.name()); n != null; n = before.get(n.input(0).name())) {
            passed.add(n);
          }
          return linear;
        }
        if (through.contains(node.op())) {
          before.put(node.output().name(), node);
          queue.add(node.output());
        }
      }
    }
    return null;
  }
}
