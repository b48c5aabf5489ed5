/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import org.nd4j.linalg.api.buffer.DataType;

/** How a file stores elements: in blocks of so many elements and so many bytes. */
sealed interface Encoding permits Dtype, GgmlQuant {
  /** The name in the format, such as BF16 or Q4_K. */
  String name();

  /** ND4J's type with the same bytes; FLOAT if ND4J has none. */
  DataType type();

  /** The number of elements of a block, 1 for the types that ND4J has. */
  int blockLength();

  /** The size of a block. */
  int blockBytes();

  /** Decodes so many blocks of floating-point numbers, from the start of one array to the other. */
  void decode(byte[] from, int blocks, float[] to);
}
