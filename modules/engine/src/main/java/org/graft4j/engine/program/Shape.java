/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.program;

import com.google.common.primitives.ImmutableLongArray;

/** The static sizes of a tensor, outermost first; a scalar has none. */
public final class Shape {
  private static final Shape SCALAR = new Shape(ImmutableLongArray.of());

  private final ImmutableLongArray sizes;

  private Shape(ImmutableLongArray sizes) {
    this.sizes = sizes;
  }

  /**
   * Returns a shape.
   *
   * @param sizes the sizes, outermost first, none negative
   * @return the shape
   * @throws IllegalArgumentException when a size is negative
   */
  public static Shape of(long... sizes) {
    for (long size : sizes) {
      if (size < 0) {
        throw new IllegalArgumentException(
            "a static shape needs sizes of at least 0: " + ImmutableLongArray.copyOf(sizes));
      }
    }
    return new Shape(ImmutableLongArray.copyOf(sizes));
  }

  /**
   * Returns the shape of a scalar.
   *
   * @return the shape without sizes
   */
  public static Shape scalar() {
    return SCALAR;
  }

  /**
   * Returns the number of sizes.
   *
   * @return the rank
   */
  public int rank() {
    return sizes.length();
  }

  /**
   * Returns one size.
   *
   * @param axis the axis; negative counts from the end
   * @return its size
   */
  public long size(int axis) {
    return sizes.get(axis < 0 ? axis + sizes.length() : axis);
  }

  /**
   * Returns the number of elements.
   *
   * @return the product of the sizes, 1 for a scalar
   */
  public long length() {
    long length = 1;
    for (int i = 0; i < sizes.length(); i++) {
      length = Math.multiplyExact(length, sizes.get(i));
    }
    return length;
  }

  /**
   * Returns the number of rows when the last axis is a column axis.
   *
   * @return the product of all sizes but the last, 1 for a scalar
   */
  public long rows() {
    long rows = 1;
    for (int i = 0; i < sizes.length() - 1; i++) {
      rows *= sizes.get(i);
    }
    return rows;
  }

  /**
   * Returns the sizes.
   *
   * @return a new array
   */
  public long[] toArray() {
    return sizes.toArray();
  }

  /**
   * Returns this shape with one size replaced.
   *
   * @param axis the axis; negative counts from the end
   * @param size the new size
   * @return the new shape
   */
  public Shape with(int axis, long size) {
    long[] changed = sizes.toArray();
    changed[axis < 0 ? axis + changed.length : axis] = size;
    return of(changed);
  }

  /**
   * Returns the shape that two shapes are broadcast to by NumPy's rule.
   *
   * @param other the other shape
   * @return the common shape
   * @throws IllegalArgumentException when two sizes differ and neither is 1
   */
  public Shape broadcast(Shape other) {
    int rank = Math.max(rank(), other.rank());
    long[] common = new long[rank];
    for (int i = 1; i <= rank; i++) {
      long a = i <= rank() ? size(-i) : 1;
      long b = i <= other.rank() ? other.size(-i) : 1;
      if (a != b && a != 1 && b != 1) {
        throw new IllegalArgumentException(
            "shapes " + this + " and " + other + " cannot be broadcast to each other");
      }
      common[rank - i] = a == 1 ? b : a;
    }
    return of(common);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && sizes.equals(shape.sizes);
  }

  @Override
  public int hashCode() {
    return sizes.hashCode();
  }

  /** Returns the sizes, as in {@code [8, 128, 384]}. */
  @Override
  public String toString() {
    return sizes.toString();
  }
}
