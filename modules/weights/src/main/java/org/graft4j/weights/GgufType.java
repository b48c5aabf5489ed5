/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import java.util.Arrays;
import java.util.Optional;

/** The types of values but array, with the size of a number. */
enum GgufType {
  UINT8(0, 1),
  INT8(1, 1),
  UINT16(2, 2),
  INT16(3, 2),
  UINT32(4, 4),
  INT32(5, 4),
  FLOAT32(6, 4),
  BOOL(7, 1),
  STRING(8, 0),
  UINT64(10, 8),
  INT64(11, 8),
  FLOAT64(12, 8);

  static final int ARRAY = 9;

  final int code;
  final int bytes;

  GgufType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  static Optional<GgufType> of(int code) {
    return Arrays.stream(values()).filter(t -> t.code == code).findFirst();
  }

  /** The least size of a value in the file; a string has its length before it. */
  int least() {
    return this == STRING ? 8 : bytes;
  }

  boolean isInteger() {
    return !isReal() && this != BOOL && this != STRING;
  }

  boolean isReal() {
    return this == FLOAT32 || this == FLOAT64;
  }
}
