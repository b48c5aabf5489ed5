/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.lower;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.graft4j.engine.program.Shape;

/**
 * The bounds of a strided slice with its masks resolved against a shape.
 *
 * <p>Axes with a negative step are first turned around, so that every step here is positive.
 *
 * @param begin the first index of each axis of the input
 * @param end the index behind the last
 * @param step the stride, positive
 * @param backward the axes to turn around before
 * @param result the shape of the result, with new axes added and single ones dropped
 */
@SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
record Bounds(long[] begin, long[] end, long[] step, List<Integer> backward, Shape result) {

  /** Reads masks and bounds as TensorFlow defines them. */
  static Bounds of(Site site) {
    long[] integers = site.integers();
    int beginMask = (int) integers[0];
    int ellipsisMask = (int) integers[1];
    int endMask = (int) integers[2];
    int newAxisMask = (int) integers[3];
    int shrinkMask = (int) integers[4];
    long[] begins;
    long[] ends;
    long[] steps;
    if (site.arity() > 1) {
      begins = site.longs(1);
      ends = site.longs(2);
      steps = site.arity() > 3 ? site.longs(3) : ones(begins.length);
    } else {
      int count = (integers.length - 5) / 3;
      begins = Arrays.copyOfRange(integers, 5, 5 + count);
      ends = Arrays.copyOfRange(integers, 5 + count, 5 + 2 * count);
      steps = Arrays.copyOfRange(integers, 5 + 2 * count, 5 + 3 * count);
    }
    Shape shape = site.shape(0);
    int rank = shape.rank();
    long[] begin = new long[rank];
    long[] end = shape.toArray();
    long[] step = ones(rank);
    List<Integer> backward = new ArrayList<>();
    List<Long> result = new ArrayList<>();
    int axis = 0;
    for (int i = 0; i < begins.length; i++) {
      if (bit(ellipsisMask, i)) {
        int behind = 0;
        for (int j = i + 1; j < begins.length; j++) {
          behind += bit(newAxisMask, j) ? 0 : 1;
        }
        for (; axis < rank - behind; axis++) {
          result.add(shape.size(axis));
        }
        continue;
      }
      if (bit(newAxisMask, i)) {
        result.add(1L);
        continue;
      }
      long size = shape.size(axis);
      if (bit(shrinkMask, i)) {
        long at = begins[i] < 0 ? begins[i] + size : begins[i];
        begin[axis] = at;
        end[axis] = at + 1;
      } else {
        boolean down = steps[i] < 0;
        long stride = Math.abs(steps[i]);
        long from = bit(beginMask, i) ? (down ? size - 1 : 0) : clamp(begins[i], size, down);
        long to = bit(endMask, i) ? (down ? -1 : size) : clamp(ends[i], size, down);
        if (down) {
          backward.add(axis);
          from = size - 1 - from;
          to = size - 1 - to;
        }
        begin[axis] = from;
        end[axis] = Math.max(from, to);
        step[axis] = stride;
        result.add((end[axis] - from + stride - 1) / stride);
      }
      axis++;
    }
    for (; axis < rank; axis++) {
      result.add(shape.size(axis));
    }
    return new Bounds(begin, end, step, backward, MovementRules.toShape(result));
  }

  private static long clamp(long index, long size, boolean down) {
    long absolute = index < 0 ? index + size : index;
    return down
        ? Math.max(-1, Math.min(absolute, size - 1))
        : Math.max(0, Math.min(absolute, size));
  }

  private static boolean bit(int mask, int i) {
    return (mask >> i & 1) != 0;
  }

  private static long[] ones(int count) {
    long[] ones = new long[count];
    Arrays.fill(ones, 1);
    return ones;
  }
}
