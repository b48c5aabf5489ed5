/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import java.util.OptionalLong;

/**
 * What kernels are told about one run.
 *
 * @param seed decides the dropout masks; without one nothing is dropped
 */
public record Run(OptionalLong seed) {
  /** A run in which nothing is dropped. */
  public static final Run WITHOUT_DROPOUT = new Run(OptionalLong.empty());

  /**
   * Returns a seed for one stream of random numbers: the same for the same run seed and stream,
   * unrelated for others.
   *
   * @param stream the number of the stream
   * @return the seed
   * @throws java.util.NoSuchElementException when the run has no seed
   */
  public long seed(int stream) {
    long z = seed.orElseThrow() + 0x9E3779B97F4A7C15L * (stream + 1L);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
