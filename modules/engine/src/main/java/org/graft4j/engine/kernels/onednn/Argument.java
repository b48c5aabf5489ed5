/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;
import org.graft4j.engine.kernels.Binding;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One argument of a primitive.
 *
 * @param id what the primitive takes it for, a {@code DNNL_ARG}
 * @param form how it lies
 * @param source the arrays among which it is found
 * @param index its position there
 */
record Argument(int id, memory.desc form, Source source, int index) {
  /** Where an argument comes from. */
  enum Source {
    INPUT,
    OUTPUT,
    WORKSPACE
  }

  static Argument input(int id, memory.desc form, int index) {
    return new Argument(id, form, Source.INPUT, index);
  }

  static Argument output(int id, memory.desc form, int index) {
    return new Argument(id, form, Source.OUTPUT, index);
  }

  static Argument workspace(int id, memory.desc form, int index) {
    return new Argument(id, form, Source.WORKSPACE, index);
  }

  /** Where its first element lies. */
  Pointer address(Binding binding) {
    INDArray array =
        switch (source) {
          case INPUT -> binding.input(index);
          case OUTPUT -> binding.outputs().get(index);
          case WORKSPACE -> binding.workspace(index);
        };
    return array.data().addressPointer();
  }
}
