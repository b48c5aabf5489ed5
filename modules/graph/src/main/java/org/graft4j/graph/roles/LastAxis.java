/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.Arrays;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ops.CustomOp;

/**
 * A strided slice that takes a block of the last axis and all of the others.
 *
 * @param begin the first feature
 * @param end one after the last feature
 */
record LastAxis(long begin, long end) {
  private static final int MASKS = 5;

  /**
   * Returns the block that the node takes of so many features, or null if it does something else.
   */
  static @Nullable LastAxis of(Node slice, long features) {
    long[] arguments = slice.function() instanceof CustomOp op ? op.iArgs() : new long[0];
    if (arguments.length < MASKS) {
      return null;
    }
    long[][] bounds = new long[3][];
    if (slice.inputs().size() == 1) {
      int n = (arguments.length - MASKS) / 3;
      for (int i = 0; i < 3; i++) {
        bounds[i] = Arrays.copyOfRange(arguments, MASKS + i * n, MASKS + (i + 1) * n);
      }
    } else {
      for (int i = 0; i < 3; i++) {
        Value given = i + 1 < slice.inputs().size() ? slice.input(i + 1) : null;
        if (given == null || !given.isConstant()) {
          return null;
        }
        bounds[i] = given.array().toLongVector();
      }
    }
    int axes = bounds[0].length;
    if (axes == 0 || arguments[1] != 0 || arguments[3] != 0 || arguments[4] != 0) {
      return null;
    }
    for (int i = 0; i < axes; i++) {
      boolean fromStart = bounds[0][i] == 0 || bit(arguments[0], i);
      boolean toEnd = bit(arguments[2], i) || bounds[1][i] >= Integer.MAX_VALUE;
      if (bounds[2][i] != 1 || i < axes - 1 && !(fromStart && toEnd)) {
        return null;
      }
    }
    long begin = bit(arguments[0], axes - 1) ? 0 : wrapped(bounds[0][axes - 1], features);
    long end = bit(arguments[2], axes - 1) ? features : wrapped(bounds[1][axes - 1], features);
    end = Math.min(end, features);
    return begin < end ? new LastAxis(begin, end) : null;
  }

  private static boolean bit(long mask, int i) {
    return (mask >> i & 1) == 1;
  }

  private static long wrapped(long index, long features) {
    return index < 0 ? index + features : index;
  }
}
