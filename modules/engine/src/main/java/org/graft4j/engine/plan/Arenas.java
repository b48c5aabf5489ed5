/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.plan;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Memory in which plans take turns: one stretch for each element type, as large as the largest plan
 * needs. Growing moves it, after which plans made before have to be made anew.
 *
 * <p>Not thread-safe.
 */
public final class Arenas implements AutoCloseable {
  private final Map<MemoryPlan.Area, Arena> arenas = new LinkedHashMap<>();
  private int generation;

  /** Starts without memory. */
  public Arenas() {}

  /** Makes sure that a plan fits. */
  void require(Map<MemoryPlan.Area, Long> sizes) {
    sizes.forEach(
        (area, length) -> {
          Arena arena = arenas.get(area);
          if (area.kept() || (arena != null && arena.array().length() >= length)) {
            return;
          }
          if (arena != null) {
            arena.close();
            generation++;
          }
          arenas.put(area, Arena.of(area.dataType(), Math.max(1, length), false));
        });
  }

  /** The stretch for an area that is not kept. */
  INDArray array(MemoryPlan.Area area) {
    Arena arena = arenas.get(area);
    if (arena == null) {
      throw new IllegalStateException("no arena is planned for " + area);
    }
    return arena.array();
  }

  /** Changes when the memory has moved. */
  int generation() {
    return generation;
  }

  /** Frees the memory: nobody outside has a view of it, and plans in it must not run again. */
  @Override
  public void close() {
    generation++;
    arenas.values().forEach(Arena::close);
    arenas.clear();
  }
}
