/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.layer_normalization_backward;
import org.bytedeco.dnnl.layer_normalization_forward;
import org.bytedeco.dnnl.memory;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.TensorType;

/** Layer normalisation over rows, and its derivatives. */
final class Norms {
  private Norms() {}

  /**
   * What all of them describe alike.
   *
   * @param rows the operand, all axes but the last made one
   * @param statistics one number for each row
   * @param parameter one number for each column
   */
  record Descs(memory.desc rows, memory.desc statistics, memory.desc parameter) {
    static Descs of(Operand x, Owned owned) {
      long columns = x.shape().size(-1);
      long rows = x.shape().rows();
      return new Descs(
          owned.add(OneDnn.floats(new long[] {rows, columns}, new long[] {columns, 1})),
          owned.add(OneDnn.floats(new long[] {rows}, new long[] {1})),
          owned.add(OneDnn.floats(new long[] {columns}, new long[] {1})));
    }

    layer_normalization_forward.primitive_desc forward(double epsilon, int flags, Owned owned) {
      return new layer_normalization_forward.primitive_desc(
          OneDnn.engine(),
          dnnl.dnnl_forward_training,
          rows,
          rows,
          statistics,
          (float) epsilon,
          flags,
          PreparedPrimitive.attributes(owned),
          false);
    }

    /**
     * dx and the gradients of scale and shift: oneDNN has no fast form for one without the other.
     */
    layer_normalization_backward.primitive_desc backward(double epsilon, Owned owned) {
      int flags = dnnl.dnnl_use_scale | dnnl.dnnl_use_shift;
      return new layer_normalization_backward.primitive_desc(
          OneDnn.engine(),
          dnnl.dnnl_backward,
          rows,
          rows,
          rows,
          statistics,
          (float) epsilon,
          flags,
          owned.add(forward(epsilon, flags, owned)),
          PreparedPrimitive.attributes(owned),
          false);
    }
  }

  static PreparedPrimitive forward(Op.LayerNorm op, Instruction instruction) {
    Owned owned = new Owned();
    Descs descs = Descs.of(instruction.input(0), owned);
    boolean shift = instruction.inputs().size() == 3;
    List<Argument> arguments =
        new ArrayList<>(
            List.of(
                Argument.input(dnnl.DNNL_ARG_SRC, descs.rows, 0),
                Argument.input(dnnl.DNNL_ARG_SCALE, descs.parameter, 1),
                Argument.output(dnnl.DNNL_ARG_DST, descs.rows, 0),
                Argument.output(dnnl.DNNL_ARG_MEAN, descs.statistics, 1),
                Argument.output(dnnl.DNNL_ARG_VARIANCE, descs.statistics, 2)));
    if (shift) {
      arguments.add(Argument.input(dnnl.DNNL_ARG_SHIFT, descs.parameter, 2));
    }
    int flags = dnnl.dnnl_use_scale | (shift ? dnnl.dnnl_use_shift : 0);
    return new PreparedPrimitive(
        op.name(),
        descs.forward(op.epsilon(), flags, owned),
        arguments,
        List.of(),
        Set.of(0),
        owned);
  }

  static PreparedPrimitive gradient(Op.LayerNormGrad op, Instruction instruction) {
    Owned owned = new Owned();
    Descs descs = Descs.of(instruction.input(0), owned);
    TensorType parameter = instruction.input(2).type();
    return new PreparedPrimitive(
        op.name(),
        descs.backward(op.epsilon(), owned),
        List.of(
            Argument.input(dnnl.DNNL_ARG_DIFF_DST, descs.rows, 0),
            Argument.input(dnnl.DNNL_ARG_SRC, descs.rows, 1),
            Argument.input(dnnl.DNNL_ARG_SCALE, descs.parameter, 2),
            Argument.input(dnnl.DNNL_ARG_MEAN, descs.statistics, 3),
            Argument.input(dnnl.DNNL_ARG_VARIANCE, descs.statistics, 4),
            Argument.output(dnnl.DNNL_ARG_DIFF_SRC, descs.rows, 0),
            Argument.workspace(dnnl.DNNL_ARG_DIFF_SCALE, descs.parameter, 0),
            Argument.workspace(dnnl.DNNL_ARG_DIFF_SHIFT, descs.parameter, 1)),
        List.of(parameter, parameter),
        Set.of(0),
        owned);
  }

  /** The scale takes no part in its own gradient: any memory of its size will do. */
  static PreparedPrimitive parameterGradient(
      Op.LayerNormParameterGrad op, Instruction instruction) {
    Owned owned = new Owned();
    Descs descs = Descs.of(instruction.input(0), owned);
    TensorType parameter = instruction.output().type();
    return new PreparedPrimitive(
        op.name(),
        descs.backward(op.epsilon(), owned),
        List.of(
            Argument.input(dnnl.DNNL_ARG_DIFF_DST, descs.rows, 0),
            Argument.input(dnnl.DNNL_ARG_SRC, descs.rows, 1),
            Argument.workspace(dnnl.DNNL_ARG_SCALE, descs.parameter, 0),
            Argument.input(dnnl.DNNL_ARG_MEAN, descs.statistics, 2),
            Argument.input(dnnl.DNNL_ARG_VARIANCE, descs.statistics, 3),
            Argument.workspace(dnnl.DNNL_ARG_DIFF_SRC, descs.rows, 1),
            Argument.output(dnnl.DNNL_ARG_DIFF_SCALE, descs.parameter, 0),
            Argument.output(dnnl.DNNL_ARG_DIFF_SHIFT, descs.parameter, 1)),
        List.of(parameter, instruction.input(0).type()),
        Set.of(),
        owned);
  }
}
