/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.lower;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to lower.
 *
 * @param outputs names of the values that are wanted
 * @param loss name of the loss, null for inference
 * @param trainable names of the values that are trained, constants or variables of the graph
 * @param shapes the shape of each placeholder that is reached, and of other values that are given
 * @param rowGates the number of rows by the name of each row gate that is given
 * @param caches where keys and values are kept from run to run, null when they are not
 */
@SuppressWarnings("ArrayRecordComponent") // shapes are never compared
public record Request(
    List<String> outputs,
    @Nullable String loss,
    Set<String> trainable,
    Map<String, long[]> shapes,
    Map<String, Long> rowGates,
    @Nullable Caches caches) {

  /**
   * Copies the collections.
   *
   * @param outputs names of the values that are wanted
   * @param loss name of the loss, null for inference
   * @param trainable names of the values that are trained
   * @param shapes the shape of each placeholder
   * @param rowGates the number of rows by row gate
   * @param caches where keys and values are kept, null when they are not
   */
  public Request {
    outputs = List.copyOf(outputs);
    trainable = Set.copyOf(trainable);
    shapes = Map.copyOf(shapes);
    rowGates = Map.copyOf(rowGates);
  }
}
