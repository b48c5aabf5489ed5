/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Copies new rows into a cache, at slots that are known when it runs. */
public final class AppendKernel implements Kernel {
  private final BytePointer cache;
  private final BytePointer rows;
  private final INDArray slots;
  private final String where;
  private final long capacity;
  private final long count;
  private final long matrices;
  private final long rowBytes;

  /**
   * Takes the arrays of an {@code Op.Append}, all contiguous and in the memory of the process.
   *
   * @param arrays cache {@code [..., c, d]}, new rows {@code [..., n, d]} and slots {@code [n]}
   * @param where the node, for messages
   */
  public AppendKernel(Binding arrays, String where) {
    INDArray all = arrays.input(0);
    INDArray added = arrays.input(1);
    this.cache = new BytePointer(all.data().addressPointer());
    this.rows = new BytePointer(added.data().addressPointer());
    this.slots = arrays.input(2);
    this.where = where;
    this.capacity = all.size(-2);
    this.count = added.size(-2);
    this.rowBytes = added.size(-1) * added.dataType().width();
    this.matrices = added.length() / (count * added.size(-1));
  }

  @Override
  public void run(Run run) {
    long first = slots.getLong(0);
    if (first < 0 || first + count > capacity) {
      throw new IllegalArgumentException(
          "slots must be from 0 to " + (capacity - 1) + " (node '" + where + "'): " + first);
    }
    for (long i = 0; i < matrices; i++) {
      copy(i, first);
    }
  }

  private void copy(long matrix, long slot) {
    cache.position((matrix * capacity + slot) * rowBytes);
    rows.position(matrix * count * rowBytes);
    Pointer.memmove(cache, rows, count * rowBytes);
  }
}
