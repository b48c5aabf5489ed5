/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.plan;

import com.google.common.primitives.ImmutableLongArray;
import org.graft4j.engine.program.Operand;
import org.jspecify.annotations.Nullable;

/**
 * Where an operand lies: in a buffer of the arena, or in the array of a constant or trainable.
 *
 * @param buffer the buffer, null for arrays of the graph
 * @param external the constant or trainable, null inside the arena
 * @param offset the index of the first element in the buffer or array
 * @param strides the distance of neighbours along each axis; null when contiguous
 */
record Location(
    @Nullable Buffer buffer,
    @Nullable Operand external,
    long offset,
    @Nullable ImmutableLongArray strides) {
  static Location in(Buffer buffer) {
    return new Location(buffer, null, 0, null);
  }

  static Location of(Operand external) {
    return new Location(null, external, 0, null);
  }

  /** What a view of this sees. */
  Location seen(Layouts.View view) {
    return new Location(buffer, external, offset + view.offset(), view.strides());
  }
}
