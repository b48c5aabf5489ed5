/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads what is known of ranks, and of shapes that the graph computes. */
final class Shapes {
  /** Stands for a number that is known only at run time. */
  static final long UNKNOWN = Long.MIN_VALUE;

  /** Stands for the rest of a shape, of whatever length. */
  private static final long REST = Long.MIN_VALUE + 1;

  private static final int DEPTH = 12;

  private Shapes() {}

  /**
   * Returns the target of a reshape, with {@link #UNKNOWN} for what is; null if even its end is
   * unknown. In front may stand something for any number of axes.
   */
  static long @Nullable [] target(Node reshape) {
    return target(reshape, DEPTH);
  }

  private static long @Nullable [] target(Node reshape, int depth) {
    Optional<long[]> fixed = reshape.attributes().findShape();
    if (fixed.isPresent()) {
      return fixed.get();
    }
    return reshape.inputs().size() < 2 ? null : vector(reshape.input(1), depth);
  }

  /** Says whether something for any number of axes stands in a target. */
  static boolean isOpen(long[] target) {
    return Arrays.stream(target).anyMatch(n -> n == REST);
  }

  /** Says whether an axis is the last one of a value, as far as the rank is known. */
  static boolean isLast(int axis, Value value) {
    int rank = rank(value, DEPTH);
    return axis == -1 || (rank > 0 ? axis == rank - 1 : axis > 0);
  }

  private static int rank(Value value, int depth) {
    long[] declared = value.shape();
    if (declared != null) {
      return declared.length;
    }
    Node node = value.producer().orElse(null);
    if (node == null || depth == 0) {
      return 0;
    }
    switch (node.op()) {
      case "reshape" -> {
        long[] target = target(node, depth - 1);
        return target == null || isOpen(target) ? 0 : target.length;
      }
      case "permute" -> {
        return node.attributes().findDimensions().map(d -> d.length).orElse(0);
      }
      case "gather" -> {
        int table = rank(node.input(0), depth - 1);
        int ids = rank(node.input(1), depth - 1);
        return table == 0 || ids == 0 ? 0 : table + ids - 1;
      }
      case "expand_dims" -> {
        int rank = rank(node.input(0), depth - 1);
        return rank == 0 ? 0 : rank + 1;
      }
      case "matmul", "add", "subtract", "multiply", "divide" -> {
        int left = rank(node.input(0), depth - 1);
        int right = rank(node.input(1), depth - 1);
        return left == 0 || right == 0 ? 0 : Math.max(left, right);
      }
      default -> {
        return Arithmetic.of(node) == null && !node.is("cast", "softmax", "biasadd", "erf", "tanh")
            ? 0
            : rank(node.input(0), depth - 1);
      }
    }
  }

  private static long @Nullable [] vector(Value value, int depth) {
    if (value.isConstant()) {
      INDArray array = value.array();
      return array.rank() <= 1 ? array.toLongVector() : null;
    }
    Node node = value.producer().orElse(null);
    if (node == null || depth == 0) {
      return null;
    }
    return switch (node.op()) {
      case "shape_of" -> {
        int rank = rank(node.input(0), depth - 1);
        yield rank == 0 ? new long[] {REST} : unknown(rank);
      }
      case "concat" -> {
        List<Long> all = new ArrayList<>();
        for (Value part : node.inputs()) {
          long[] known = vector(part, depth - 1);
          Arrays.stream(known == null ? new long[] {REST} : known).forEach(all::add);
        }
        yield all.stream().mapToLong(Long::longValue).toArray();
      }
      case "stack" -> unknown(node.inputs().size());
      case "identity", "cast", "reshape", "expand_dims" -> vector(node.input(0), depth - 1);
      case "strided_slice" -> slice(node);
      case "add", "subtract", "multiply", "divide", "floordiv", "maximum", "minimum" -> {
        long[] left = vector(node.input(0), depth - 1);
        yield left == null ? null : unknown(left.length);
      }
      default -> null;
    };
  }

  /** Returns as many unknown numbers as the slice of a shape takes, when that is fixed. */
  private static long @Nullable [] slice(Node node) {
    LastAxis taken = LastAxis.of(node, Integer.MAX_VALUE);
    if (taken == null || taken.end() - taken.begin() > 16) {
      return null;
    }
    return unknown((int) (taken.end() - taken.begin()));
  }

  private static long[] unknown(int length) {
    long[] unknown = new long[length];
    Arrays.fill(unknown, UNKNOWN);
    return unknown;
  }
}
