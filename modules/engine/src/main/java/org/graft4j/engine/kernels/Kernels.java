/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import com.google.common.primitives.ImmutableLongArray;
import org.graft4j.engine.program.Instruction;

/**
 * A kernel set: the code that runs instructions on one kind of backend.
 *
 * <p>The plan prepares each instruction, lays out memory by what the kernels need, and binds each
 * once to its arrays. Instructions that only look at memory in another way (a reshape, a contiguous
 * slice) are never bound. Thread-safe.
 */
public interface Kernels {
  /**
   * Returns the name used in options and reports.
   *
   * @return such as {@code nd4j}
   */
  String name();

  /**
   * Tells whether an input may be a view that is not contiguous, such as a permutation.
   *
   * @param instruction the instruction
   * @param input the position of the input
   * @param strides the distance of neighbours along each axis, in elements
   * @return true when a kernel reads it about as fast as a contiguous one
   */
  default boolean readsStrided(Instruction instruction, int input, ImmutableLongArray strides) {
    return false;
  }

  /**
   * Tells whether an output may be a view that is not contiguous.
   *
   * @param instruction the instruction
   * @param output the position of the output
   * @param strides the distance of neighbours along each axis, in elements
   * @return true when a kernel writes it about as fast as a contiguous one
   */
  default boolean writesStrided(Instruction instruction, int output, ImmutableLongArray strides) {
    return false;
  }

  /**
   * Chooses the code for an instruction.
   *
   * @param instruction the instruction
   * @param layout how its operands lie; not contiguous only where this set agreed
   * @return the kernel, to be bound and closed
   */
  UnboundKernel prepare(Instruction instruction, Layout layout);
}
