/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import java.util.List;
import org.graft4j.engine.program.TensorType;

/** The code that will run an instruction, before its operands have a place. */
public interface UnboundKernel extends AutoCloseable {
  /**
   * Returns the scratch memory that the instruction needs while it runs.
   *
   * @return the types of {@link Binding#workspaces()}
   */
  default List<TensorType> workspaces() {
    return List.of();
  }

  /**
   * Tells whether the first output may be written over an input.
   *
   * @param input the position of an input of the same type and shape as the first output
   * @return true when the kernel reads the input's elements before it writes the same positions
   */
  default boolean inPlace(int input) {
    return false;
  }

  /**
   * Binds the instruction to its memory.
   *
   * @param binding its arrays, fixed until the kernel is closed
   * @return the bound kernel
   */
  Kernel bind(Binding binding);

  /** Frees what is held outside the heap; bound kernels stay. */
  @Override
  default void close() {}
}
