/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import java.util.List;

/** An instruction bound to its memory. */
@FunctionalInterface
public interface Kernel extends AutoCloseable {
  /**
   * Computes the outputs from the inputs.
   *
   * @param run what differs from run to run
   */
  void run(Run run);

  /**
   * Returns kernels as one.
   *
   * @param kernels the kernels, run and closed in this order
   * @return the kernel
   */
  static Kernel sequence(List<Kernel> kernels) {
    return kernels.size() == 1 ? kernels.get(0) : new Sequence(List.copyOf(kernels));
  }

  /** Frees what the kernel holds outside the heap. */
  @Override
  default void close() {}
}
