/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.graft4j.graph.roles.Weight.Step;
import org.jspecify.annotations.Nullable;

/** Follows what an op reads back to the array that holds it. */
final class Weights {
  private Weights() {}

  /** Returns the weight expression that ends in the value, or null when it is no weight. */
  static @Nullable Weight of(Value value) {
    Deque<Step> steps = new ArrayDeque<>();
    Value at = value;
    for (int i = 0; i < 8; i++) {
      switch (at.kind()) {
        case CONSTANT, TRAINABLE -> {
          return at.dataType().isFPType() ? new Weight(at, List.copyOf(steps), value) : null;
        }
        case PLACEHOLDER -> {
          return null;
        }
        default -> {
          Node node = at.producer().orElse(null);
          Step.Kind kind = node == null ? null : step(node);
          if (node == null || kind == null) {
            return null;
          }
          steps.addFirst(new Step(kind, node));
          at = node.input(0);
        }
      }
    }
    return null;
  }

  /**
   * Returns the weight that is a scale, be it the scale itself or, as in Gemma, less by a number:
   * {@code 1 + w}; null when there is none.
   */
  static @Nullable Weight ofScale(Value scale) {
    Arithmetic sum = scale.producer().map(Arithmetic::of).orElse(null);
    if (sum == null || sum.kind() != Arithmetic.Kind.ADD) {
      return of(scale);
    }
    Value right = sum.right();
    if (right == null || Arithmetic.scalar(right) != null) {
      return of(sum.left());
    }
    return Arithmetic.scalar(sum.left()) == null ? null : of(right);
  }

  private static Step.@Nullable Kind step(Node node) {
    return switch (node.op()) {
      case "identity", "stop_gradient" -> Step.Kind.IDENTITY;
      case "cast" -> Step.Kind.CAST;
      case "transpose", "permute" -> Step.Kind.TRANSPOSE;
      case "strided_slice", "slice" -> Step.Kind.SLICE;
      default -> null;
    };
  }

  /** Returns rows and columns of what the op reads, or null when it is no matrix. */
  static long @Nullable [] matrix(Weight weight) {
    long[] shape = weight.value().shape();
    if (shape == null || known(shape) != shape.length) {
      if (weight.steps().stream().anyMatch(s -> s.kind() == Step.Kind.SLICE)) {
        return null;
      }
      shape = weight.base().shape();
      if (shape != null && shape.length == 2 && weight.isTransposed()) {
        shape = new long[] {shape[1], shape[0]};
      }
    }
    return shape != null && shape.length == 2 && known(shape) == 2 ? shape : null;
  }

  /** Returns the number of elements of a vector, possibly with leading ones; -1 when it is none. */
  static long vector(Weight weight) {
    long[] shape = weight.value().shape();
    if (shape == null) {
      shape = weight.base().shape();
    }
    if (shape == null || shape.length == 0) {
      return -1;
    }
    for (int i = 0; i < shape.length - 1; i++) {
      if (shape[i] != 1) {
        return -1;
      }
    }
    return shape[shape.length - 1];
  }

  private static int known(long[] shape) {
    int n = 0;
    for (long s : shape) {
      if (s > 0) {
        n++;
      }
    }
    return n;
  }

  /** Returns the value before identities. */
  static Value through(Value value) {
    Value at = value;
    while (true) {
      Node node = at.producer().orElse(null);
      if (node == null || !isIdentity(node)) {
        return at;
      }
      at = node.input(0);
    }
  }

  static boolean isIdentity(Node node) {
    return switch (node.op()) {
      case "identity", "stop_gradient" -> true;
      case "cast" -> node.input(0).dataType() == node.output().dataType();
      default -> false;
    };
  }
}
