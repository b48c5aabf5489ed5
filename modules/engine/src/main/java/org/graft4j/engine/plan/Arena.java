/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.plan;

import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One stretch of memory that many arrays share.
 *
 * <p>Floats of the CPU are allocated without being written: ND4J would clear them first, which
 * takes longer than making the rest of a plan.
 */
final class Arena implements AutoCloseable {
  private static final int LINE = 16;

  private final @Nullable FloatPointer pointer;
  private final INDArray array;

  private Arena(@Nullable FloatPointer pointer, INDArray array) {
    this.pointer = pointer;
    this.array = array;
  }

  /**
   * Allocates memory.
   *
   * @param type the element type
   * @param length the elements
   * @param kept whether arrays in it may outlive the plan, so that the garbage collector frees it
   */
  static Arena of(DataType type, long length, boolean kept) {
    if (kept || type != DataType.FLOAT || !Nd4j.getBackend().getEnvironment().isCPU()) {
      return new Arena(null, Nd4j.createUninitializedDetached(type, length));
    }
    FloatPointer pointer = new FloatPointer(length + LINE);
    long skipped = (-pointer.address() / Float.BYTES) & (LINE - 1);
    FloatPointer aligned = new FloatPointer(pointer.getPointer(skipped)).capacity(length);
    return new Arena(
        pointer, Nd4j.create(Nd4j.createBuffer(aligned, length, type), new long[] {length}));
  }

  INDArray array() {
    return array;
  }

  /** Frees the memory; arrays in it must not be read afterwards. */
  @Override
  public void close() {
    if (array.closeable()) {
      array.close();
    }
    if (pointer != null) {
      pointer.deallocate();
    }
  }
}
