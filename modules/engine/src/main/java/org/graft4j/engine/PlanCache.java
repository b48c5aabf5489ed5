/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.graft4j.engine.plan.Executable;
import org.graft4j.engine.program.Program;
import org.jspecify.annotations.Nullable;

/** Programs and idle plans by placeholder shapes; the least recently used shapes go first. */
final class PlanCache {
  private final int bound;
  private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;

  private static final class Entry {
    final Deque<Executable> idle = new ArrayDeque<>();
    @Nullable Program program;
  }

  PlanCache(int bound) {
    this.bound = bound;
  }

  /** An idle plan, which now belongs to the caller; null when there is none. */
  synchronized @Nullable Executable take(String shapes) {
    checkOpen();
    Entry entry = entries.get(shapes);
    return entry == null ? null : entry.idle.pollLast();
  }

  synchronized @Nullable Program program(String shapes) {
    Entry entry = entries.get(shapes);
    return entry == null ? null : entry.program;
  }

  void keep(String shapes, Program program) {
    synchronized (this) {
      checkOpen();
      entries.computeIfAbsent(shapes, key -> new Entry()).program = program;
    }
    evict();
  }

  void giveBack(String shapes, Executable plan) {
    boolean kept;
    synchronized (this) {
      Entry entry = entries.get(shapes);
      kept = !closed && entry != null;
      if (kept && entry != null) {
        entry.idle.addLast(plan);
      }
    }
    if (kept) {
      evict();
    } else {
      plan.close();
    }
  }

  void close() {
    List<Executable> released;
    synchronized (this) {
      closed = true;
      released = entries.values().stream().flatMap(entry -> entry.idle.stream()).toList();
      entries.clear();
    }
    released.forEach(Executable::close);
  }

  private void evict() {
    List<Executable> released = new ArrayList<>();
    synchronized (this) {
      int idle = entries.values().stream().mapToInt(entry -> entry.idle.size()).sum();
      var oldest = entries.entrySet().iterator();
      while (oldest.hasNext() && (entries.size() > bound || idle > bound)) {
        Entry entry = oldest.next().getValue();
        while (idle > bound && !entry.idle.isEmpty()) {
          released.add(entry.idle.removeFirst());
          idle--;
        }
        if (entries.size() > bound) {
          released.addAll(entry.idle);
          idle -= entry.idle.size();
          oldest.remove();
        }
      }
    }
    released.forEach(Executable::close);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the compiled graph is closed");
    }
  }
}
