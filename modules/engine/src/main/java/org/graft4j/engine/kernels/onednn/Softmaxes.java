/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import java.util.List;
import java.util.Set;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.softmax_backward;
import org.bytedeco.dnnl.softmax_forward;
import org.graft4j.engine.program.Instruction;

/** Softmax, its logarithm, and their derivatives, along any axis. */
final class Softmaxes {
  private Softmaxes() {}

  static PreparedPrimitive forward(boolean log, int axis, Instruction instruction) {
    Owned owned = new Owned();
    memory.desc x = owned.add(OneDnn.floats(instruction.output().shape()));
    return new PreparedPrimitive(
        instruction.op().name(),
        forward(log, axis, x, owned),
        List.of(Argument.input(dnnl.DNNL_ARG_SRC, x, 0), Argument.output(dnnl.DNNL_ARG_DST, x, 0)),
        List.of(),
        Set.of(0),
        owned);
  }

  static PreparedPrimitive gradient(boolean log, int axis, Instruction instruction) {
    Owned owned = new Owned();
    memory.desc x = owned.add(OneDnn.floats(instruction.output().shape()));
    return new PreparedPrimitive(
        instruction.op().name(),
        new softmax_backward.primitive_desc(
            OneDnn.engine(),
            algorithm(log),
            x,
            x,
            x,
            axis,
            owned.add(forward(log, axis, x, owned)),
            PreparedPrimitive.attributes(owned),
            false),
        List.of(
            Argument.input(dnnl.DNNL_ARG_DIFF_DST, x, 0),
            Argument.input(dnnl.DNNL_ARG_DST, x, 1),
            Argument.output(dnnl.DNNL_ARG_DIFF_SRC, x, 0)),
        List.of(),
        Set.of(0),
        owned);
  }

  private static softmax_forward.primitive_desc forward(
      boolean log, int axis, memory.desc x, Owned owned) {
    return new softmax_forward.primitive_desc(
        OneDnn.engine(),
        dnnl.dnnl_forward_training,
        algorithm(log),
        x,
        x,
        axis,
        PreparedPrimitive.attributes(owned),
        false);
  }

  private static int algorithm(boolean log) {
    return log ? dnnl.dnnl_softmax_log : dnnl.dnnl_softmax_accurate;
  }
}
