/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import org.graft4j.graph.Node;
import org.graft4j.graph.StridedSlice;
import org.jspecify.annotations.Nullable;

/**
 * A strided slice that takes a block of the last axis and all of the others.
 *
 * @param begin the first feature
 * @param end one after the last feature
 */
record LastAxis(long begin, long end) {
  /**
   * Returns the block that the node takes of so many features, or null if it does something else.
   */
  static @Nullable LastAxis of(Node slice, long features) {
    StridedSlice bounds = slice.attributes().findSlice().orElse(null);
    if (bounds == null
        || bounds.begin().length == 0
        || bounds.ellipsisMask() != 0
        || bounds.newAxisMask() != 0
        || bounds.shrinkAxisMask() != 0) {
      return null;
    }
    int last = bounds.begin().length - 1;
    for (int i = 0; i <= last; i++) {
      boolean fromStart = bounds.begin()[i] == 0 || bit(bounds.beginMask(), i);
      boolean toEnd = bit(bounds.endMask(), i) || bounds.end()[i] >= Integer.MAX_VALUE;
      if (bounds.strides()[i] != 1 || (i < last && !(fromStart && toEnd))) {
        return null;
      }
    }
    long begin = bit(bounds.beginMask(), last) ? 0 : wrapped(bounds.begin()[last], features);
    long end = bit(bounds.endMask(), last) ? features : wrapped(bounds.end()[last], features);
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
