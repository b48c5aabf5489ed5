/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;

/** One value or an array: numbers as the file has them, or texts. */
record GgufEntry(GgufType type, boolean array, int count, ByteBuffer numbers, List<String> texts) {
  /** The number at an index; of a UINT64, its bits. */
  long integer(int index) {
    int at = index * type.bytes;
    return switch (type) {
      case UINT8 -> numbers.get(at) & 0xff;
      case INT8, BOOL -> numbers.get(at);
      case UINT16 -> numbers.getShort(at) & 0xffff;
      case INT16 -> numbers.getShort(at);
      case UINT32 -> Integer.toUnsignedLong(numbers.getInt(at));
      case INT32 -> numbers.getInt(at);
      case UINT64, INT64 -> numbers.getLong(at);
      case FLOAT32, FLOAT64, STRING -> throw new IllegalStateException(type.name());
    };
  }

  double real(int index) {
    return type == GgufType.FLOAT32 ? numbers.getFloat(4 * index) : numbers.getDouble(8 * index);
  }

  @Override
  public String toString() {
    return (array ? "array of " : "") + type.name().toLowerCase(Locale.ROOT);
  }
}
