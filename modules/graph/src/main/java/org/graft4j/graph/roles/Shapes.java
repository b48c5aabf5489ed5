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

  /** Returns the target of a reshape, with {@link #UNKNOWN} for what is; null without its length. */
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
          long[] known = vector(part, depth - 1);
          if (known == null) {
            known = node.op().equals("stack") || isSingle(part) ? new long[] {UNKNOWN} : null;
          }
          if (known == null) {
            // The length of this part is unknown: what stands behind it is still last.
            known = new long[] {UNKNOWN, UNKNOWN};
          }
          Arrays.stream(known).forEach(all::add);
        }
        return all.stream().mapToLong(Long::longValue).toArray();
      }
      case "identity", "cast", "reshape", "expand_dims", "squeeze" -> {
        return vector(node.input(0), depth - 1);
      }
      default -> {
        return null;
      }
    }
  }

  private static boolean isSingle(Value part) {
    Node node = part.producer().orElse(null);
    return node != null && node.is("expand_dims", "size_at", "size");
  }
}
