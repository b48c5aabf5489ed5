/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataBuffer;

/**
 * Which rows of a block count, and for which class.
 *
 * @param ids one class id for each row; null when labels are probabilities, of which each counts
 * @param count the number of rows
 * @param classes the number of classes
 * @param where the node, for messages
 */
record Targets(@Nullable DataBuffer ids, long count, long classes, String where) {
  boolean isSet(long row) {
    return ids == null || ids.getLong(row) >= 0;
  }

  boolean anySet() {
    boolean any = false;
    for (long row = 0; row < count; row++) {
      any |= isSet(row);
    }
    return any;
  }

  /** Where a row's class lies in the block; −1 when it has none. */
  long index(long row) {
    return ids == null ? -1 : row * classes + ids.getLong(row);
  }

  void check() {
    for (long row = 0; ids != null && row < count; row++) {
      if (ids.getLong(row) >= classes) {
        throw new IllegalArgumentException(
            "class ids must be below " + classes + " (node '" + where + "'): " + ids.getLong(row));
      }
    }
  }
}
