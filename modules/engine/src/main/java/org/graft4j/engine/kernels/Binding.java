/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The arrays of one instruction, of the types that the operands say: contiguous in c order, but for
 * views that the kernel agreed to.
 *
 * @param inputs the arrays read
 * @param outputs the arrays written
 * @param workspaces scratch arrays, with undefined content at every run
 */
public record Binding(List<INDArray> inputs, List<INDArray> outputs, List<INDArray> workspaces) {
  /**
   * Copies the lists.
   *
   * @param inputs the arrays read
   * @param outputs the arrays written
   * @param workspaces scratch arrays
   */
  public Binding {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    workspaces = List.copyOf(workspaces);
  }

  /**
   * Returns an array read.
   *
   * @param index its position
   * @return the array
   */
  public INDArray input(int index) {
    return inputs.get(index);
  }

  /**
   * Returns the first array written.
   *
   * @return the array
   */
  public INDArray output() {
    return outputs.get(0);
  }

  /**
   * Returns a scratch array.
   *
   * @param index its position
   * @return the array
   */
  public INDArray workspace(int index) {
    return workspaces.get(index);
  }
}
