/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.plan;

import org.nd4j.linalg.api.buffer.DataType;

/**
 * A piece of the arena, taken while instructions {@code first} to {@code last} run (both
 * inclusive).
 */
final class Buffer {
  private static final long ALIGNMENT = 64;

  final DataType dataType;
  final long length;
  final int first;
  final boolean scratch;
  int last;
  long offset = -1;

  Buffer(DataType dataType, long length, int first, int last, boolean scratch) {
    this.dataType = dataType;
    this.length = length;
    this.first = first;
    this.last = last;
    this.scratch = scratch;
  }

  boolean meets(Buffer other) {
    return first <= other.last && other.first <= last;
  }

  /** Elements taken in the arena: rounded up to whole cache lines. */
  long extent() {
    long line = Math.max(1, ALIGNMENT / dataType.width());
    return (length + line - 1) / line * line;
  }

  long bytes() {
    return extent() * dataType.width();
  }
}
