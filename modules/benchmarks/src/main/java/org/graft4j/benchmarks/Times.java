/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Milliseconds of the same work done several times. */
final class Times {
  private final List<Double> milliseconds = new ArrayList<>();

  /** Does the work once and keeps how long it took. */
  void measure(Runnable work) {
    milliseconds.add(milliseconds(work));
  }

  /** Does the work once and says how long it took. */
  static double milliseconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }

  double median() {
    List<Double> sorted = milliseconds.stream().sorted().toList();
    return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
  }

  Map<String, Object> summary() {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("median_ms", rounded(median()));
    summary.put("min_ms", rounded(Collections.min(milliseconds)));
    return summary;
  }

  static double rounded(double number) {
    return Math.round(number * 100) / 100.0;
  }
}
