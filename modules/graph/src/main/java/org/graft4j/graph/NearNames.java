/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Names that a caller may have meant. */
final class NearNames {
  private static final int LIMIT = 5;

  private NearNames() {}

  /**
   * Returns up to five names that resemble a wanted one, the nearest first.
   *
   * @param wanted the name that was not found
   * @param names the names there are
   * @return the nearest of them, none if all are far
   */
  static List<String> of(String wanted, Collection<String> names) {
    record Candidate(String name, int distance) {}
    List<Candidate> candidates = new ArrayList<>();
    int limit = Math.max(2, wanted.length() / 3);
    for (String name : names) {
      boolean contains =
          wanted.length() >= 3
              && (name.contains(wanted) || (wanted.contains(name) && name.length() >= 3));
      int distance = contains ? 1 : distance(wanted, name, limit);
      if (distance <= limit) {
        candidates.add(new Candidate(name, distance));
      }
    }
    return candidates.stream()
        .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
        .limit(LIMIT)
        .map(Candidate::name)
        .toList();
  }

  /**
   * Returns the edit distance of two names, or something above the limit as soon as it is clear.
   */
  private static int distance(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) > limit) {
      return limit + 1;
    }
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int cost = a.charAt(i - 1) == b.charAt(j - 1) ? diagonal : diagonal + 1;
        diagonal = row[j];
        row[j] = Math.min(cost, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
