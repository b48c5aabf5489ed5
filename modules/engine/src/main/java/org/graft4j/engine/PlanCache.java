/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.graft4j.engine.program.Program;
import org.jspecify.annotations.Nullable;

/**
 * Programs by placeholder shapes, of which the least recently used go first, and the lanes in which
 * their plans run: as many as threads have run at the same time. Thread-safe.
 */
final class PlanCache {
  private final int bound;
  private final Runnable whenDone;
  private final Map<String, Program> programs = new LinkedHashMap<>(16, 0.75f, true);
  private final Deque<Lane> idle = new ArrayDeque<>();
  private int taken;
  private boolean closed;

  /**
   * Makes an empty cache.
   *
   * @param bound how many programs are kept
   * @param whenDone run when this is closed and all lanes have come back
   */
  PlanCache(int bound, Runnable whenDone) {
    this.bound = bound;
    this.whenDone = whenDone;
  }

  synchronized @Nullable Program program(String shapes) {
    checkOpen();
    return programs.get(shapes);
  }

  synchronized void keep(String shapes, Program program) {
    checkOpen();
    programs.put(shapes, program);
    if (programs.size() > bound) {
      programs.remove(programs.keySet().iterator().next());
      idle.forEach(lane -> lane.retain(programs.keySet()));
    }
  }

  /** A lane, best one that has a plan for these shapes; it now belongs to the caller. */
  synchronized Lane take(String shapes) {
    checkOpen();
    taken++;
    for (Lane lane : idle) {
      if (lane.isReady(shapes)) {
        idle.remove(lane);
        return lane;
      }
    }
    Lane lane = idle.pollLast();
    return lane == null ? new Lane() : lane;
  }

  synchronized void giveBack(Lane lane) {
    taken--;
    if (closed || idle.size() >= bound) {
      lane.close();
    } else {
      lane.retain(programs.keySet());
      idle.addLast(lane);
    }
    finish();
  }

  synchronized void close() {
    closed = true;
    idle.forEach(Lane::close);
    idle.clear();
    programs.clear();
    finish();
  }

  private void finish() {
    if (closed && taken == 0) {
      whenDone.run();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the compiled graph is closed");
    }
  }
}
