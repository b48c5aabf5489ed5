/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.lower;

import java.util.LinkedHashMap;
import java.util.Map;
import org.graft4j.engine.program.TensorType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The keys and values that attentions keep from run to run, one array for each, made when a program
 * first asks for it. Not thread-safe.
 */
public final class Caches implements AutoCloseable {
  private final long capacity;
  private final Map<String, INDArray> arrays = new LinkedHashMap<>();

  /**
   * Makes caches without arrays.
   *
   * @param capacity how many tokens each row can keep, at least 1
   * @throws IllegalArgumentException if it is not positive
   */
  public Caches(long capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("the capacity of a cache must be positive: " + capacity);
    }
    this.capacity = capacity;
  }

  /**
   * Returns how many tokens each row can keep.
   *
   * @return the capacity
   */
  public long capacity() {
    return capacity;
  }

  /** The array of a value of shape [..., length, features], zero at first. */
  INDArray of(String name, TensorType type) {
    long[] shape = type.shape().with(-2, capacity).toArray();
    return arrays.computeIfAbsent(
        name, key -> Nd4j.createUninitializedDetached(type.dataType(), shape).assign(0));
  }

  /** Frees the arrays. */
  @Override
  public void close() {
    arrays.values().forEach(INDArray::close);
    arrays.clear();
  }
}
