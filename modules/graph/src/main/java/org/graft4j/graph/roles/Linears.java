/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.ArrayList;
import java.util.List;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.jspecify.annotations.Nullable;

/** Finds linear layers, from their products. */
final class Linears {
  private final Scan scan;

  Linears(Scan scan) {
    this.scan = scan;
  }

  /** Returns the layer whose product the node is, or null. */
  @Nullable Linear at(Node node) {
    return switch (node.op()) {
      case "matmul" -> product(node);
      case "xw_plus_b" -> fused(node);
      default -> null;
    };
  }

  private @Nullable Linear product(Node matmul) {
    Weight weight = Weights.of(matmul.input(1));
    if (weight == null) {
      Weight left = Weights.of(matmul.input(0));
      long[] shape = left == null ? null : Weights.matrix(left);
      if (left != null
          && shape != null
          && !scan.adapters().owns(left.base().name())
          && shape[0] > 1) {
        scan.miss("linear", "the weight is the left operand", matmul);
      }
      return null;
    }
    if (scan.adapters().owns(weight.base().name()) || Weights.of(matmul.input(0)) != null) {
      return null;
    }
    long[] shape = Weights.matrix(weight);
    if (shape == null) {
      long[] stored = weight.base().shape();
      if (stored != null && stored.length == 2) {
        scan.miss("linear", "the shape of the weight is not known", matmul);
      }
      return null;
    }
    if (matmul.attributes().transposeA() || matmul.attributes().transposeResult()) {
      scan.miss("linear", "the product transposes its input or result", matmul);
      return null;
    }
    if (isOneHot(matmul.input(0))) {
      return null;
    }
    boolean transposed = matmul.attributes().transposeB();
    long in = shape[transposed ? 1 : 0];
    long out = shape[transposed ? 0 : 1];
    return new Walk(matmul, weight, in, out, transposed != weight.isTransposed()).linear();
  }

  private @Nullable Linear fused(Node node) {
    Weight weight = Weights.of(node.input(1));
    long[] shape = weight == null ? null : Weights.matrix(weight);
    if (weight == null || shape == null || scan.adapters().owns(weight.base().name())) {
      return null;
    }
    Walk walk = new Walk(node, weight, shape[0], shape[1], weight.isTransposed());
    walk.bias = node.input(2);
    return walk.linear();
  }

  private static boolean isOneHot(Value value) {
    return Weights.through(value).producer().filter(n -> n.is("onehot")).isPresent();
  }

  /** Walks from a product to its input and to its output. */
  private final class Walk {
    private final Node matmul;
    private final Weight weight;
    private final long in;
    private final long out;
    private final Orientation orientation;
    private final List<Node> nodes = new ArrayList<>();
    private @Nullable Value bias;
    private boolean adapted;
    private boolean unflattened;

    Walk(Node matmul, Weight weight, long in, long out, boolean outIn) {
      this.matmul = matmul;
      this.weight = weight;
      this.in = in;
      this.out = out;
      this.orientation = outIn ? Orientation.OUT_IN : Orientation.IN_OUT;
    }

    Linear linear() {
      Value input = matmul.input(0);
      Node flatten = input.producer().filter(this::flattens).orElse(null);
      nodes.add(matmul);
      Value output = output(matmul.output(), flatten != null);
      if (flatten != null && unflattened) {
        nodes.add(flatten);
        input = flatten.input(0);
      }
      List<Value> weights = new ArrayList<>(List.of(weight.base()));
      if (bias != null) {
        weights.add(bias);
      }
      return new Linear(
          scan.paths().of(matmul, weights, "linear"),
          input,
          weight,
          orientation,
          bias,
          matmul,
          matmul.output(),
          output,
          in,
          out,
          adapted,
          scan.sorted(nodes),
          slices(output));
    }

    private boolean flattens(Node node) {
      if (!node.is("reshape")) {
        return false;
      }
      long[] target = Shapes.target(node);
      if (target == null || target.length != 2 || (target[1] != in && target[1] != -1)) {
        return false;
      }
      // After a permutation it merges the heads of an attention, not the rows of the layer's input.
      return node.input(0).producer().filter(n -> n.is("permute", "transpose")).isEmpty();
    }

    private Value output(Value product, boolean flat) {
      Value at = product;
      while (true) {
        Node next = onlyReader(at);
        if (next == null) {
          return at;
        }
        if (scan.adapters().owns(next.name()) || scan.adapters().owns(next.output().name())) {
          if (!next.is("add", "subtract", "multiply", "divide", "identity", "reshape")) {
            return at;
          }
          adapted = true;
          at = next.output();
        } else if (flat && !unflattened && next.is("reshape") && unflattens(next)) {
          unflattened = true;
          nodes.add(next);
          at = next.output();
        } else if (bias == null && isBias(next, at)) {
          nodes.add(next);
          at = next.output();
        } else {
          return at;
        }
      }
    }

    /** The one node that carries the product on; adapters of the layer may read beside it. */
    private @Nullable Node onlyReader(Value value) {
      Node only = null;
      for (Node reader : value.consumers()) {
        if (reader.is("shape_of", "size", "size_at", "rank")) {
          continue;
        }
        if (only != null) {
          return null;
        }
        only = reader;
      }
      return only;
    }

    private boolean unflattens(Node reshape) {
      long[] target = Shapes.target(reshape);
      if (target == null || target.length == 0) {
        return true;
      }
      long last = target[target.length - 1];
      boolean wide = last == out || (last == -1 && target.length > 2);
      return (wide || last < -1) && (target.length > 2 || Shapes.isOpen(target));
    }

    private boolean isBias(Node node, Value at) {
      if (!node.is("add", "biasadd") || node.inputs().size() != 2) {
        return false;
      }
      int other = node.input(0).equals(at) ? 1 : 0;
      Weight vector = Weights.of(node.input(other));
      if (vector == null
          || Weights.vector(vector) != out
          || (scan.adapters().owns(vector.base().name()) && !isBiasOf(vector))) {
        return false;
      }
      bias = vector.base();
      return true;
    }

    private boolean isBiasOf(Weight vector) {
      return vector.base().name().endsWith(".bias") && !vector.base().name().contains(".lora_");
    }

    private List<Slice> slices(Value output) {
      List<Slice> slices = new ArrayList<>();
      Value whole = output;
      for (Node reader : whole.consumers()) {
        if (reader.is("shape_of", "size", "size_at", "rank")) {
          continue;
        }
        if (reader.is("split") && Shapes.isLast(reader.attributes().findAxis().orElse(0), output)) {
          int parts = reader.outputs().size();
          for (int i = 0; i < parts; i++) {
            slices.add(
                new Slice("" + i, i * out / parts, (i + 1) * out / parts, reader.outputs().get(i)));
          }
        } else {
          Slice slice = slice(reader, slices.size());
          if (slice == null) {
            return List.of();
          }
          slices.add(slice);
        }
      }
      if (slices.size() < 2) {
        return List.of();
      }
      slices.sort(java.util.Comparator.comparingLong(Slice::begin));
      List<Slice> numbered = new ArrayList<>();
      for (Slice s : slices) {
        numbered.add(new Slice("" + numbered.size(), s.begin(), s.end(), s.value()));
      }
      return List.copyOf(numbered);
    }

    private @Nullable Slice slice(Node node, int number) {
      if (!node.is("strided_slice")) {
        return null;
      }
      LastAxis last = LastAxis.of(node, out);
      return last == null ? null : new Slice("" + number, last.begin(), last.end(), node.output());
    }
  }
}
