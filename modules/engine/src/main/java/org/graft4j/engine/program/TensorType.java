/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.program;

import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The element type and static shape of an operand.
 *
 * @param dataType the element type
 * @param shape the shape
 */
public record TensorType(DataType dataType, Shape shape) {
  /**
   * Returns a type.
   *
   * @param dataType the element type
   * @param sizes the sizes, outermost first
   * @return the type
   */
  public static TensorType of(DataType dataType, long... sizes) {
    return new TensorType(dataType, Shape.of(sizes));
  }

  /**
   * Returns the bytes that the elements take.
   *
   * @return the number of elements times their width
   */
  public long bytes() {
    return shape.length() * dataType.width();
  }

  /** Returns the type as in {@code float[8, 128]}. */
  @Override
  public String toString() {
    return dataType.name().toLowerCase(Locale.ROOT) + shape;
  }
}
