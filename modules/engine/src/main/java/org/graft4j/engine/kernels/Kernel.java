/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

/** An instruction bound to its memory. */
@FunctionalInterface
public interface Kernel extends AutoCloseable {
  /**
   * Computes the outputs from the inputs.
   *
   * @param run what differs from run to run
   */
  void run(Run run);

  /** Frees what the kernel holds outside the heap. */
  @Override
  default void close() {}
}
