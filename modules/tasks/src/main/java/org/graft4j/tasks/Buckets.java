/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;

/** Deals numbered examples into batches of similar length. */
final class Buckets {
  /**
   * So many batches are sorted by length together. More would save padding but mix less: with 8 a
   * batch holds mails of like length and often of like label, which costs accuracy.
   */
  private static final int WINDOW = 2;

  private Buckets() {}

  static List<List<Integer>> sorted(int count, IntUnaryOperator length, int batchSize) {
    return deal(sort(indices(count), length), batchSize);
  }

  static List<List<Integer>> shuffled(
      int count, IntUnaryOperator length, int batchSize, long seed) {
    Random random = new Random(seed);
    List<Integer> order = indices(count);
    Collections.shuffle(order, random);
    List<List<Integer>> batches = new ArrayList<>();
    for (int from = 0; from < count; from += WINDOW * batchSize) {
      List<Integer> window = order.subList(from, Math.min(count, from + WINDOW * batchSize));
      batches.addAll(deal(sort(window, length), batchSize));
    }
    Collections.shuffle(batches, random);
    return batches;
  }

  private static List<Integer> indices(int count) {
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      indices.add(i);
    }
    return indices;
  }

  private static List<Integer> sort(List<Integer> indices, IntUnaryOperator length) {
    List<Integer> sorted = new ArrayList<>(indices);
    sorted.sort(Comparator.comparingInt(length::applyAsInt));
    return sorted;
  }

  private static List<List<Integer>> deal(List<Integer> order, int batchSize) {
    List<List<Integer>> batches = new ArrayList<>();
    for (int from = 0; from < order.size(); from += batchSize) {
      batches.add(List.copyOf(order.subList(from, Math.min(order.size(), from + batchSize))));
    }
    return batches;
  }
}
