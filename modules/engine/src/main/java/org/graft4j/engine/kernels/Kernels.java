/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import java.util.List;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.TensorType;

/**
 * A kernel set: the code that runs instructions on one kind of backend.
 *
 * <p>The plan asks first what an instruction needs, lays out memory, and then binds each
 * instruction once to its arrays. Instructions that only look at memory in another way (a reshape,
 * a contiguous slice) are never bound. Thread-safe.
 */
public interface Kernels {
  /**
   * Returns the name used in options and reports.
   *
   * @return such as {@code nd4j}
   */
  String name();

  /**
   * Returns the scratch memory that an instruction needs while it runs.
   *
   * @param instruction the instruction
   * @return the types of {@link Binding#workspaces()}
   */
  List<TensorType> workspaces(Instruction instruction);

  /**
   * Tells whether the first output may be written over an input.
   *
   * @param instruction the instruction
   * @param input the position of an input of the same type and shape as the first output
   * @return true when the kernel reads the input's elements before it writes the same positions
   */
  boolean inPlace(Instruction instruction, int input);

  /**
   * Binds an instruction to its memory.
   *
   * @param instruction the instruction
   * @param binding its arrays, fixed until the kernel is closed
   * @return the bound kernel
   */
  Kernel bind(Instruction instruction, Binding binding);
}
