/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A stored tensor: its header, and either the bytes of its elements (little-endian, a slice of a memory map) or the list of numbers that the file spells out.
 *
 * @param type ONNX's number for the element type
 * @param bytes the elements' bytes, or null when {@code floats}, {@code doubles} or {@code integers} hold them
 */
record OnnxTensor(
    String name,
    int type,
    long[] shape,
    @Nullable ByteBuffer bytes,
    float @Nullable [] floats,
    double @Nullable [] doubles,
    long @Nullable [] integers) {

  OnnxTensor named(String newName) {
    return new OnnxTensor(newName, type, shape, bytes, floats, doubles, integers);
  }
}
