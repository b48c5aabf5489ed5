/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.graft4j.engine.kernels.Kernels;
import org.graft4j.engine.plan.Arenas;
import org.graft4j.engine.plan.Executable;
import org.graft4j.engine.program.Program;

/** Plans of one graph for several shapes that take turns in the same memory. */
final class Lane implements AutoCloseable {
  private final Arenas arenas = new Arenas();
  private final Map<String, Executable> plans = new LinkedHashMap<>();

  /** Whether a plan for these shapes is ready. */
  boolean isReady(String shapes) {
    Executable plan = plans.get(shapes);
    return plan != null && !plan.isStale();
  }

  /** The plan for these shapes, made now if it is not ready. */
  Executable plan(String shapes, Program program, Kernels kernels) {
    Executable plan = plans.get(shapes);
    if (plan == null || plan.isStale()) {
      if (plan != null) {
        plan.close();
      }
      plan = Executable.of(program, kernels, arenas);
      plans.put(shapes, plan);
    }
    return plan;
  }

  /** Closes the plans for other shapes than these. */
  void retain(Set<String> shapes) {
    plans
        .entrySet()
        .removeIf(
            entry -> {
              boolean drop = !shapes.contains(entry.getKey());
              if (drop) {
                entry.getValue().close();
              }
              return drop;
            });
  }

  @Override
  public void close() {
    retain(Set.of());
    arenas.close();
  }
}
