/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * ONNX's element types: their numbers in the file, the bytes of an element, and what they become.
 */
enum ElementType {
  FLOAT(1, 4, DataType.FLOAT),
  UINT8(2, 1, DataType.UINT8),
  INT8(3, 1, DataType.INT8),
  UINT16(4, 2, DataType.UINT16),
  INT16(5, 2, DataType.INT16),
  INT32(6, 4, DataType.INT32),
  INT64(7, 8, DataType.INT64),
  BOOL(9, 1, DataType.BOOL),
  FLOAT16(10, 2, DataType.FLOAT),
  DOUBLE(11, 8, DataType.DOUBLE),
  UINT32(12, 4, DataType.UINT32),
  UINT64(13, 8, DataType.UINT64),
  BFLOAT16(16, 2, DataType.FLOAT);

  private final int number;
  private final int size;
  private final DataType becomes;

  ElementType(int number, int size, DataType becomes) {
    this.number = number;
    this.size = size;
    this.becomes = becomes;
  }

  static @Nullable ElementType of(int number) {
    for (ElementType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    return null;
  }

  int size() {
    return size;
  }

  DataType becomes() {
    return becomes;
  }
}
