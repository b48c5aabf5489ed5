/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The element types of a safetensors file that ND4J can hold. The order is the reference library's:
 * it lays tensors out by descending type, so that every tensor is aligned.
 */
enum Dtype {
  BOOL(DataType.BOOL, 1),
  U8(DataType.UINT8, 1),
  I8(DataType.INT8, 1),
  I16(DataType.INT16, 2),
  U16(DataType.UINT16, 2),
  F16(DataType.FLOAT16, 2),
  BF16(DataType.BFLOAT16, 2),
  I32(DataType.INT32, 4),
  U32(DataType.UINT32, 4),
  F32(DataType.FLOAT, 4),
  F64(DataType.DOUBLE, 8),
  I64(DataType.INT64, 8),
  U64(DataType.UINT64, 8);

  final DataType type;
  final int bytes;

  Dtype(DataType type, int bytes) {
    this.type = type;
    this.bytes = bytes;
  }

  static Optional<Dtype> named(String name) {
    return Arrays.stream(values()).filter(d -> d.name().equals(name)).findFirst();
  }

  static Optional<Dtype> of(DataType type) {
    return Arrays.stream(values()).filter(d -> d.type == type).findFirst();
  }
}
