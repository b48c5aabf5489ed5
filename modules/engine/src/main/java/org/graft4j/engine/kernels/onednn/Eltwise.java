/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.UnaryKind;
import org.jspecify.annotations.Nullable;

/**
 * A function of oneDNN's element-wise primitive.
 *
 * <p>Its exponential and its ReLU are not used: they make numbers of NaN.
 *
 * @param algorithm the function
 * @param alpha its first parameter
 * @param beta its second parameter
 */
record Eltwise(int algorithm, float alpha, float beta) {
  private static final float QUICK = 1.702f;
  private static final Map<UnaryKind, Eltwise> FORWARD = new EnumMap<>(UnaryKind.class);
  private static final Map<UnaryKind, Eltwise> BACKWARD = new EnumMap<>(UnaryKind.class);

  static {
    FORWARD.put(UnaryKind.NEG, new Eltwise(dnnl.dnnl_eltwise_linear, -1, 0));
    FORWARD.put(UnaryKind.ABS, of(dnnl.dnnl_eltwise_abs));
    FORWARD.put(UnaryKind.LOG, of(dnnl.dnnl_eltwise_log));
    FORWARD.put(UnaryKind.SQRT, of(dnnl.dnnl_eltwise_sqrt));
    FORWARD.put(UnaryKind.RSQRT, new Eltwise(dnnl.dnnl_eltwise_pow, 1, -0.5f));
    FORWARD.put(UnaryKind.RECIPROCAL, new Eltwise(dnnl.dnnl_eltwise_pow, 1, -1));
    FORWARD.put(UnaryKind.SQUARE, of(dnnl.dnnl_eltwise_square));
    FORWARD.put(UnaryKind.TANH, of(dnnl.dnnl_eltwise_tanh));
    FORWARD.put(UnaryKind.SIGMOID, of(dnnl.dnnl_eltwise_logistic));
    FORWARD.put(UnaryKind.GELU_ERF, of(dnnl.dnnl_eltwise_gelu_erf));
    FORWARD.put(UnaryKind.GELU_TANH, of(dnnl.dnnl_eltwise_gelu_tanh));
    FORWARD.put(UnaryKind.SILU, new Eltwise(dnnl.dnnl_eltwise_swish, 1, 0));
    FORWARD.put(UnaryKind.QUICK_GELU, new Eltwise(dnnl.dnnl_eltwise_swish, QUICK, 0));
    FORWARD.put(UnaryKind.SOFTPLUS, new Eltwise(dnnl.dnnl_eltwise_soft_relu, 1, 0));
    FORWARD.put(UnaryKind.ROUND, of(dnnl.dnnl_eltwise_round));
    for (UnaryKind kind :
        List.of(
            UnaryKind.SQUARE,
            UnaryKind.GELU_ERF,
            UnaryKind.GELU_TANH,
            UnaryKind.SILU,
            UnaryKind.QUICK_GELU,
            UnaryKind.SOFTPLUS)) {
      BACKWARD.put(kind, forward(kind));
    }
    BACKWARD.put(UnaryKind.SQRT, of(dnnl.dnnl_eltwise_sqrt_use_dst_for_bwd));
    BACKWARD.put(UnaryKind.TANH, of(dnnl.dnnl_eltwise_tanh_use_dst_for_bwd));
    BACKWARD.put(UnaryKind.SIGMOID, of(dnnl.dnnl_eltwise_logistic_use_dst_for_bwd));
    BACKWARD.put(UnaryKind.RELU, of(dnnl.dnnl_eltwise_relu_use_dst_for_bwd));
  }

  private static Eltwise of(int algorithm) {
    return new Eltwise(algorithm, 0, 0);
  }

  /** The function of a kind; null when oneDNN has none. */
  static @Nullable Eltwise forward(UnaryKind kind) {
    return FORWARD.get(kind);
  }

  /** The function of an instruction; null when oneDNN has none. */
  static @Nullable Eltwise forward(Op op) {
    if (op instanceof Op.Unary unary) {
      return forward(unary.kind());
    }
    if (op instanceof Op.PowScalar pow) {
      return new Eltwise(dnnl.dnnl_eltwise_pow, 1, (float) pow.exponent());
    }
    if (op instanceof Op.LeakyRelu relu) {
      return new Eltwise(dnnl.dnnl_eltwise_relu, (float) relu.slope(), 0);
    }
    if (op instanceof Op.Elu elu) {
      return new Eltwise(dnnl.dnnl_eltwise_elu, (float) elu.alpha(), 0);
    }
    if (op instanceof Op.Clip clip) {
      return new Eltwise(dnnl.dnnl_eltwise_clip, (float) clip.min(), (float) clip.max());
    }
    return null;
  }

  static @Nullable Eltwise backward(UnaryKind kind) {
    return BACKWARD.get(kind);
  }

  void appendTo(post_ops steps) {
    steps.append_eltwise(algorithm, alpha, beta);
  }

  PreparedPrimitive prepare(Instruction instruction) {
    Owned owned = new Owned();
    memory.desc x = flat(instruction, owned);
    return new PreparedPrimitive(
        instruction.op().name(),
        forward(x, owned),
        List.of(Argument.input(dnnl.DNNL_ARG_SRC, x, 0), Argument.output(dnnl.DNNL_ARG_DST, x, 0)),
        List.of(),
        Set.of(0),
        owned);
  }

  /** dx from the function's input or output, whichever the algorithm reads, and dy. */
  PreparedPrimitive prepareGrad(Instruction instruction, boolean ofOutput) {
    Owned owned = new Owned();
    memory.desc x = flat(instruction, owned);
    eltwise_forward.primitive_desc hint = owned.add(forward(x, owned));
    return new PreparedPrimitive(
        instruction.op().name(),
        new eltwise_backward.primitive_desc(
            OneDnn.engine(),
            algorithm,
            x,
            x,
            x,
            alpha,
            beta,
            hint,
            PreparedPrimitive.attributes(owned),
            false),
        List.of(
            Argument.input(ofOutput ? dnnl.DNNL_ARG_DST : dnnl.DNNL_ARG_SRC, x, 0),
            Argument.input(dnnl.DNNL_ARG_DIFF_DST, x, 1),
            Argument.output(dnnl.DNNL_ARG_DIFF_SRC, x, 0)),
        List.of(),
        Set.of(1),
        owned);
  }

  private eltwise_forward.primitive_desc forward(memory.desc x, Owned owned) {
    return new eltwise_forward.primitive_desc(
        OneDnn.engine(),
        dnnl.dnnl_forward_training,
        algorithm,
        x,
        x,
        alpha,
        beta,
        PreparedPrimitive.attributes(owned),
        false);
  }

  private static memory.desc flat(Instruction instruction, Owned owned) {
    long length = instruction.output().shape().length();
    return owned.add(OneDnn.floats(new long[] {length}, new long[] {1}));
  }
}
