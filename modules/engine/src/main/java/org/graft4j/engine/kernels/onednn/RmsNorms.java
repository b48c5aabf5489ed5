/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import java.util.List;
import java.util.Set;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.graft4j.engine.kernels.UnboundKernel;
import org.graft4j.engine.kernels.onednn.Norms.Descs;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.TensorType;
import org.nd4j.linalg.api.buffer.DataType;

/*
 * oneDNN's own derivative takes the mean of dy·gamma off, as that of layer normalisation does (3.11). So it is asked
 * for just that derivative, with means of 0, and the mean is put back:
 *
 *   dx = [invRms·(g − mean(g) − x̂·mean(g·x̂))] + invRms·mean(g)   with g = dy·gamma
 *
 * Scratch arrays of all parts: the means of 0, invRms, invRms·mean(g), and two more that each says.
 */
/** Root-mean-square normalisation over rows, and its derivatives. */
final class RmsNorms {
  private static final int ZEROS = 0;
  private static final int INVERSE_RMS = 1;
  private static final int SHIFTS = 2;
  private static final int PARAMETER = 3;

  private final String name;
  private final TensorType x;
  private final float epsilon;
  private final List<TensorType> scratch;

  private RmsNorms(Instruction instruction, Operand x, double epsilon, TensorType last) {
    this.name = instruction.op().name();
    this.x = x.type();
    this.epsilon = (float) epsilon;
    TensorType column = TensorType.of(DataType.FLOAT, x.shape().rows(), 1);
    TensorType parameter = TensorType.of(DataType.FLOAT, x.shape().size(-1));
    this.scratch = List.of(column, column, column, parameter, last);
  }

  static PreparedPrimitive forward(Op.RmsNorm op, Instruction instruction) {
    Owned owned = new Owned();
    Descs descs = Descs.of(instruction.input(0), owned);
    return new PreparedPrimitive(
        op.name(),
        descs.forward(op.epsilon(), dnnl.dnnl_use_scale | dnnl.dnnl_rms_norm, owned),
        List.of(
            Argument.input(dnnl.DNNL_ARG_SRC, descs.rows(), 0),
            Argument.input(dnnl.DNNL_ARG_SCALE, descs.parameter(), 1),
            Argument.output(dnnl.DNNL_ARG_DST, descs.rows(), 0),
            Argument.output(dnnl.DNNL_ARG_VARIANCE, descs.statistics(), 1)),
        List.of(),
        Set.of(0),
        owned);
  }

  static UnboundKernel gradient(Op.RmsNormGrad op, Instruction instruction) {
    TensorType parameter = instruction.input(2).type();
    RmsNorms parts = new RmsNorms(instruction, instruction.input(0), op.epsilon(), parameter);
    return new PreparedSequence(
        Set.of(0),
        parts.zeros(3),
        parts.sumOfMeanSquareAndEpsilon(3),
        parts.inverseRoot(),
        parts.shifts(),
        parts.centredGradient(instruction.input(0)),
        parts.sum());
  }

  static UnboundKernel parameterGradient(Op.RmsNormParameterGrad op, Instruction instruction) {
    Operand dy = instruction.input(0);
    RmsNorms parts = new RmsNorms(instruction, dy, op.epsilon(), dy.type());
    return new PreparedSequence(Set.of(), parts.zeros(2), parts.parameterGradient(dy));
  }

  /** 0·mean square, so that NaN is still seen. */
  private PreparedPrimitive zeros(int meanSquare) {
    return eltwise(dnnl.dnnl_eltwise_linear, 0, 0, meanSquare, ZEROS);
  }

  private PreparedPrimitive sumOfMeanSquareAndEpsilon(int meanSquare) {
    return eltwise(dnnl.dnnl_eltwise_linear, 1, epsilon, meanSquare, INVERSE_RMS);
  }

  private PreparedPrimitive inverseRoot() {
    return eltwise(dnnl.dnnl_eltwise_pow, 1, -0.5f, -1, INVERSE_RMS);
  }

  /** invRms·mean(dy·gamma). */
  private PreparedPrimitive shifts() {
    Owned owned = new Owned();
    long columns = x.shape().size(-1);
    memory.desc rows = rows(owned);
    memory.desc gamma = owned.add(OneDnn.floats(new long[] {columns, 1}, new long[] {1, 1}));
    memory.desc column = column(owned);
    post_ops steps = owned.add(new post_ops());
    steps.append_eltwise(dnnl.dnnl_eltwise_linear, 1f / columns, 0);
    steps.append_binary(dnnl.dnnl_binary_mul, column);
    primitive_attr attributes = PreparedPrimitive.attributes(owned);
    attributes.set_post_ops(steps);
    int factor = (dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * 2) | dnnl.DNNL_ARG_SRC_1;
    return new PreparedPrimitive(
        name,
        new matmul.primitive_desc(OneDnn.engine(), rows, gamma, column, attributes, false),
        List.of(
            Argument.input(dnnl.DNNL_ARG_SRC, rows, 0),
            Argument.input(dnnl.DNNL_ARG_WEIGHTS, gamma, 2),
            Argument.workspace(factor, column, INVERSE_RMS),
            Argument.workspace(dnnl.DNNL_ARG_DST, column, SHIFTS)),
        scratch,
        Set.of(),
        owned);
  }

  private PreparedPrimitive centredGradient(Operand dy) {
    Owned owned = new Owned();
    Descs descs = Descs.of(dy, owned);
    return new PreparedPrimitive(
        name,
        descs.backward(epsilon, owned),
        List.of(
            Argument.input(dnnl.DNNL_ARG_DIFF_DST, descs.rows(), 0),
            Argument.input(dnnl.DNNL_ARG_SRC, descs.rows(), 1),
            Argument.input(dnnl.DNNL_ARG_SCALE, descs.parameter(), 2),
            Argument.workspace(dnnl.DNNL_ARG_MEAN, descs.statistics(), ZEROS),
            Argument.input(dnnl.DNNL_ARG_VARIANCE, descs.statistics(), 3),
            Argument.output(dnnl.DNNL_ARG_DIFF_SRC, descs.rows(), 0),
            Argument.workspace(dnnl.DNNL_ARG_DIFF_SCALE, descs.parameter(), PARAMETER),
            Argument.workspace(dnnl.DNNL_ARG_DIFF_SHIFT, descs.parameter(), PARAMETER + 1)),
        scratch,
        Set.of(0),
        owned);
  }

  /** The scale takes no part in its own gradient: any memory of its size will do. */
  private PreparedPrimitive parameterGradient(Operand dy) {
    Owned owned = new Owned();
    Descs descs = Descs.of(dy, owned);
    return new PreparedPrimitive(
        name,
        descs.backward(epsilon, owned),
        List.of(
            Argument.input(dnnl.DNNL_ARG_DIFF_DST, descs.rows(), 0),
            Argument.input(dnnl.DNNL_ARG_SRC, descs.rows(), 1),
            Argument.workspace(dnnl.DNNL_ARG_SCALE, descs.parameter(), PARAMETER),
            Argument.workspace(dnnl.DNNL_ARG_MEAN, descs.statistics(), ZEROS),
            Argument.input(dnnl.DNNL_ARG_VARIANCE, descs.statistics(), 2),
            Argument.workspace(dnnl.DNNL_ARG_DIFF_SRC, descs.rows(), PARAMETER + 1),
            Argument.output(dnnl.DNNL_ARG_DIFF_SCALE, descs.parameter(), 0),
            Argument.workspace(dnnl.DNNL_ARG_DIFF_SHIFT, descs.parameter(), PARAMETER)),
        scratch,
        Set.of(),
        owned);
  }

  /** Adds the shifts to the gradient. */
  private PreparedPrimitive sum() {
    Owned owned = new Owned();
    memory.desc rows = rows(owned);
    memory.desc column = column(owned);
    return new PreparedPrimitive(
        name,
        new binary.primitive_desc(
            OneDnn.engine(),
            dnnl.dnnl_binary_add,
            rows,
            column,
            rows,
            PreparedPrimitive.attributes(owned),
            false),
        List.of(
            Argument.output(dnnl.DNNL_ARG_SRC_0, rows, 0),
            Argument.workspace(dnnl.DNNL_ARG_SRC_1, column, SHIFTS),
            Argument.output(dnnl.DNNL_ARG_DST, rows, 0)),
        scratch,
        Set.of(),
        owned);
  }

  /** A function of an input, or of what lies in the scratch array already if it is −1. */
  private PreparedPrimitive eltwise(int algorithm, float alpha, float beta, int input, int to) {
    Owned owned = new Owned();
    memory.desc column = column(owned);
    return new PreparedPrimitive(
        name,
        new eltwise_forward.primitive_desc(
            OneDnn.engine(),
            dnnl.dnnl_forward_inference,
            algorithm,
            column,
            column,
            alpha,
            beta,
            PreparedPrimitive.attributes(owned),
            false),
        List.of(
            input < 0
                ? Argument.workspace(dnnl.DNNL_ARG_SRC, column, to)
                : Argument.input(dnnl.DNNL_ARG_SRC, column, input),
            Argument.workspace(dnnl.DNNL_ARG_DST, column, to)),
        scratch,
        Set.of(),
        owned);
  }

  private memory.desc rows(Owned owned) {
    long columns = x.shape().size(-1);
    return owned.add(
        OneDnn.floats(new long[] {x.shape().rows(), columns}, new long[] {columns, 1}));
  }

  private memory.desc column(Owned owned) {
    return owned.add(OneDnn.floats(new long[] {x.shape().rows(), 1}, new long[] {1, 1}));
  }
}
