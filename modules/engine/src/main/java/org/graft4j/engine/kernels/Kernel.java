/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

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

  /**
   * Binds parts and returns them as one kernel; when one fails, those before it are closed.
   *
   * @param <P> the type of a part
   * @param parts the parts, bound, run and closed in this order
   * @param bind binds one
   * @return the kernel
   */
  static <P> Kernel sequence(List<P> parts, Function<P, Kernel> bind) {
    List<Kernel> kernels = new ArrayList<>();
    boolean made = false;
    try {
      for (P part : parts) {
        kernels.add(bind.apply(part));
      }
      made = true;
    } finally {
      if (!made) {
        kernels.forEach(Kernel::close);
      }
    }
    return sequence(kernels);
  }

  /** Frees what the kernel holds outside the heap. */
  @Override
  default void close() {}
}
