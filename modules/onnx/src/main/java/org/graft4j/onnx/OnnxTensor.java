/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A stored tensor: its header, and either the bytes of its elements (little-endian, a slice of a
 * memory map) or the list of numbers that the file spells out.
 */
final class OnnxTensor {
  private final String name;
  private final int type;
  private final long[] shape;
  private final @Nullable ByteBuffer bytes;
  private final float @Nullable [] floats;
  private final double @Nullable [] doubles;
  private final long @Nullable [] integers;

  private OnnxTensor(
      String name,
      int type,
      long[] shape,
      @Nullable ByteBuffer bytes,
      float @Nullable [] floats,
      double @Nullable [] doubles,
      long @Nullable [] integers) {
    this.name = name;
    this.type = type;
    this.shape = shape;
    this.bytes = bytes;
    this.floats = floats;
    this.doubles = doubles;
    this.integers = integers;
  }

  /**
   * A tensor whose elements lie in {@code bytes}; null for one of an element type that is not read.
   */
  static OnnxTensor of(String name, int type, long[] shape, @Nullable ByteBuffer bytes) {
    return new OnnxTensor(name, type, shape, bytes, null, null, null);
  }

  static OnnxTensor of(String name, int type, long[] shape, float[] elements) {
    return new OnnxTensor(name, type, shape, null, elements, null, null);
  }

  static OnnxTensor of(String name, int type, long[] shape, double[] elements) {
    return new OnnxTensor(name, type, shape, null, null, elements, null);
  }

  static OnnxTensor of(String name, int type, long[] shape, long[] elements) {
    return new OnnxTensor(name, type, shape, null, null, null, elements);
  }

  String name() {
    return name;
  }

  /** Returns ONNX's number for the element type. */
  int type() {
    return type;
  }

  long[] shape() {
    return shape;
  }

  @Nullable ByteBuffer bytes() {
    return bytes;
  }

  float @Nullable [] floats() {
    return floats;
  }

  double @Nullable [] doubles() {
    return doubles;
  }

  long @Nullable [] integers() {
    return integers;
  }
}
