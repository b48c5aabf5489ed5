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

/** Reads what is known of a shape that the graph computes. */
final class Shapes {
  /** Stands for a number that is known only at run time. */
  static final long UNKNOWN = Long.MIN_VALUE;

  private static final int DEPTH = 8;

  private Shapes() {}

  /** Returns the target of a reshape, with {@link #UNKNOWN} for what is; null without its end. */
  static long @Nullable [] target(Node reshape) {
    Optional<long[]> fixed = reshape.attributes().findShape();
    if (fixed.isPresent()) {
      return fixed.get();
    }
    return reshape.inputs().size() < 2 ? null : vector(reshape.input(1), DEPTH);
  }

  /** Returns the last number of a reshape's target; {@link #UNKNOWN} if it is not fixed. */
  static long last(Node reshape) {
    long[] target = target(reshape);
    return target == null || target.length == 0 ? UNKNOWN : target[target.length - 1];
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
    switch (node.op()) {
      case "concat", "stack" -> {
        List<Long> all = new ArrayList<>();
        for (Value part : node.inputs()) {
          long[] known = node.op().equals("stack") ? new long[] {UNKNOWN} : vector(part, depth - 1);
          if (known == null) {
            known = new long[] {UNKNOWN, UNKNOWN}; // a part of a shape, of whatever length
          }
          Arrays.stream(known).forEach(all::add);
        }
        return all.stream().mapToLong(Long::longValue).toArray();
      }
      case "identity", "cast", "reshape", "expand_dims" -> {
        return vector(node.input(0), depth - 1);
      }
      case "strided_slice" -> {
        return slice(node);
      }
      case "add", "subtract", "multiply", "divide", "floordiv", "maximum", "minimum" -> {
        long[] left = vector(node.input(0), depth - 1);
        return left == null ? null : unknown(left.length);
      }
      default -> {
        return null;
      }
    }
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
