/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import java.util.Collection;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Examples as arrays.
 *
 * @param placeholders the arrays by placeholder name, labels included
 * @param size the number of examples
 * @param tokens the number of tokens that are not padding
 */
public record Batch(Map<String, INDArray> placeholders, int size, long tokens) {
  /**
   * Copies the map, not the arrays.
   *
   * @param placeholders the arrays by placeholder name, labels included
   * @param size the number of examples
   * @param tokens the number of tokens that are not padding
   */
  public Batch {
    placeholders = ImmutableMap.copyOf(placeholders);
  }

  /**
   * The arrays that a model reads.
   *
   * @param names names of placeholders
   * @return their arrays, in that order
   * @throws IllegalArgumentException if this batch has no such array
   */
  public Map<String, INDArray> inputs(Collection<String> names) {
    ImmutableMap.Builder<String, INDArray> inputs = ImmutableMap.builder();
    for (String name : names) {
      INDArray array = placeholders.get(name);
      checkArgument(
          array != null,
          "the batch has no array for placeholder '%s'; it has %s",
          name,
          placeholders.keySet());
      inputs.put(name, array);
    }
    return inputs.buildOrThrow();
  }
}
