/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import java.util.List;
import java.util.Set;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reduction;
import org.bytedeco.dnnl.softmax_backward;
import org.bytedeco.dnnl.softmax_forward;
import org.graft4j.engine.kernels.UnboundKernel;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.TensorType;

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

  static UnboundKernel gradient(boolean log, int axis, Instruction instruction) {
    Shape shape = instruction.output().shape();
    Owned owned = new Owned();
    memory.desc x = owned.add(OneDnn.floats(shape));
    softmax_backward.primitive_desc descriptor =
        new softmax_backward.primitive_desc(
            OneDnn.engine(),
            algorithm(log),
            x,
            x,
            x,
            axis,
            owned.add(forward(log, axis, x, owned)),
            PreparedPrimitive.attributes(owned),
            false);
    if (!log && axis == shape.rank() - 1 && isReference(descriptor)) {
      owned.add(descriptor);
      owned.close();
      return gradientOfRows(instruction);
    }
    return new PreparedPrimitive(
        instruction.op().name(),
        descriptor,
        List.of(
            Argument.input(dnnl.DNNL_ARG_DIFF_DST, x, 0),
            Argument.input(dnnl.DNNL_ARG_DST, x, 1),
            Argument.output(dnnl.DNNL_ARG_DIFF_SRC, x, 0)),
        List.of(),
        Set.of(0),
        owned);
  }

  /** Whether oneDNN has only plain loops for this processor; so it is without AVX-512. */
  private static boolean isReference(softmax_backward.primitive_desc descriptor) {
    return descriptor.impl_info_str().getString().startsWith("ref");
  }

  /** dx = (dy − Σ dy·y)·y, in three passes that are fast everywhere. */
  private static UnboundKernel gradientOfRows(Instruction instruction) {
    TensorType type = instruction.output().type();
    long columns = type.shape().size(-1);
    long[] sizes = {type.shape().rows(), columns};
    long[] column = {sizes[0], 1};
    List<TensorType> scratch = List.of(type, TensorType.of(type.dataType(), column));
    String name = instruction.op().name();
    return new PreparedSequence(
        Set.of(0),
        product(name, sizes, scratch),
        rowSums(name, sizes, column, scratch),
        difference(name, sizes, column, scratch));
  }

  private static PreparedPrimitive product(String name, long[] sizes, List<TensorType> scratch) {
    Owned owned = new Owned();
    memory.desc x = owned.add(OneDnn.floats(Shape.of(sizes)));
    return new PreparedPrimitive(
        name,
        new binary.primitive_desc(
            OneDnn.engine(),
            dnnl.dnnl_binary_mul,
            x,
            x,
            x,
            PreparedPrimitive.attributes(owned),
            false),
        List.of(
            Argument.input(dnnl.DNNL_ARG_SRC_0, x, 0),
            Argument.input(dnnl.DNNL_ARG_SRC_1, x, 1),
            Argument.workspace(dnnl.DNNL_ARG_DST, x, 0)),
        scratch,
        Set.of(),
        owned);
  }

  private static PreparedPrimitive rowSums(
      String name, long[] sizes, long[] column, List<TensorType> scratch) {
    Owned owned = new Owned();
    memory.desc x = owned.add(OneDnn.floats(Shape.of(sizes)));
    memory.desc sums = owned.add(OneDnn.floats(Shape.of(column)));
    return new PreparedPrimitive(
        name,
        new reduction.primitive_desc(
            OneDnn.engine(),
            dnnl.dnnl_reduction_sum,
            x,
            sums,
            0,
            0,
            PreparedPrimitive.attributes(owned),
            false),
        List.of(
            Argument.workspace(dnnl.DNNL_ARG_SRC, x, 0),
            Argument.workspace(dnnl.DNNL_ARG_DST, sums, 1)),
        scratch,
        Set.of(),
        owned);
  }

  private static PreparedPrimitive difference(
      String name, long[] sizes, long[] column, List<TensorType> scratch) {
    Owned owned = new Owned();
    memory.desc x = owned.add(OneDnn.floats(Shape.of(sizes)));
    memory.desc sums = owned.add(OneDnn.floats(Shape.of(column)));
    post_ops timesY = owned.add(new post_ops());
    timesY.append_binary(dnnl.dnnl_binary_mul, x);
    primitive_attr attributes = PreparedPrimitive.attributes(owned);
    attributes.set_post_ops(timesY);
    return new PreparedPrimitive(
        name,
        new binary.primitive_desc(
            OneDnn.engine(), dnnl.dnnl_binary_sub, x, sums, x, attributes, false),
        List.of(
            Argument.input(dnnl.DNNL_ARG_SRC_0, x, 0),
            Argument.workspace(dnnl.DNNL_ARG_SRC_1, sums, 1),
            Argument.input(dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | dnnl.DNNL_ARG_SRC_1, x, 1),
            Argument.output(dnnl.DNNL_ARG_DST, x, 0)),
        scratch,
        Set.of(),
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
