/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Looks at the memory of arrays with other shapes; never copies. */
public final class ArrayViews {
  private ArrayViews() {}

  /**
   * Returns elements that lie one after the other, in c order.
   *
   * @param of a contiguous array
   * @param offset how many elements of it are skipped
   * @param shape the shape of the view
   * @return the view; an empty array when the shape has a 0
   */
  public static INDArray contiguous(INDArray of, long offset, long... shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return stride == 0 ? Nd4j.create(of.dataType(), shape) : strided(of, offset, shape, strides);
  }

  /**
   * Returns elements with explicit strides.
   *
   * @param of the array
   * @param offset how many elements from its first one the view begins
   * @param shape the shape of the view, without a 0
   * @param strides the distance of neighbours along each axis, in elements
   * @return the view
   */
  public static INDArray strided(INDArray of, long offset, long[] shape, long[] strides) {
    return Nd4j.create(of.data(), shape, strides, of.offset() + offset, 'c', of.dataType());
  }

  /**
   * Returns an array as rows: all axes but the last made one.
   *
   * @param of a contiguous array with at least one axis
   * @return the view of rank 2
   */
  public static INDArray rows(INDArray of) {
    long columns = of.size(of.rank() - 1);
    return contiguous(of, 0, columns == 0 ? 0 : of.length() / columns, columns);
  }
}
