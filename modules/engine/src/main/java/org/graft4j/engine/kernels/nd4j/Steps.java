/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.nd4j;

import java.util.ArrayList;
import java.util.List;
import org.graft4j.engine.kernels.ArrayViews;
import org.graft4j.engine.kernels.Kernel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/** The calls into ND4J that make up one kernel, each bound once to fixed arrays. */
final class Steps {
  private final List<Kernel> steps = new ArrayList<>();

  Kernel toKernel() {
    return Kernel.sequence(steps);
  }

  /** Any step. */
  Steps then(Kernel step) {
    steps.add(step);
    return this;
  }

  /** A native op of one or more inputs and one output. */
  Steps call(String op, INDArray output, INDArray... inputs) {
    return call(op, output, List.of(inputs), new long[0], new double[0], new boolean[0]);
  }

  /** A native op with integer arguments. */
  Steps call(String op, INDArray output, List<INDArray> inputs, long... integers) {
    return call(op, output, inputs, integers, new double[0], new boolean[0]);
  }

  /** A native op with all kinds of arguments. */
  Steps call(
      String op,
      INDArray output,
      List<INDArray> inputs,
      long[] integers,
      double[] reals,
      boolean[] flags) {
    OpContext context = Nd4j.getExecutioner().buildContext();
    context.setInputArrays(inputs);
    context.setOutputArrays(output);
    if (integers.length > 0) {
      context.setIArguments(integers);
    }
    if (reals.length > 0) {
      context.setTArguments(reals);
    }
    if (flags.length > 0) {
      context.setBArguments(flags);
    }
    return then(new NativeCall(DynamicCustomOp.builder(op).build(), context));
  }

  /** An op of the older kind, which carries its arrays. */
  Steps legacy(Op op) {
    return then(run -> Nd4j.getExecutioner().exec(op));
  }

  /** An element-wise op of an array and a number. */
  Steps scalar(String op, INDArray output, INDArray input, double number) {
    return call(op, output, input, Nd4j.scalar(input.dataType(), number));
  }

  /** Copies elements; strides and types may differ. */
  Steps copy(INDArray output, INDArray input) {
    return call("cast", output, List.of(input), output.dataType().toInt());
  }

  /** Writes one number everywhere. */
  Steps fill(INDArray output, double number) {
    return call("assign", output, output, Nd4j.scalar(output.dataType(), number));
  }

  /** Reduces axes, keeping them with size 1 or not as the output's shape says. */
  Steps reduce(String op, INDArray output, INDArray input, int... axes) {
    long[] integers = new long[axes.length];
    for (int i = 0; i < axes.length; i++) {
      integers[i] = axes[i];
    }
    boolean keep = output.rank() == input.rank();
    return call(op, output, List.of(input), integers, new double[0], new boolean[] {keep});
  }

  /** The mean of each row, as one column. */
  Steps rowMeans(INDArray column, INDArray rows) {
    return reduce("reduce_mean", column, rows, 1);
  }

  /** The sum of each row, as one column. */
  Steps rowSums(INDArray column, INDArray rows) {
    return reduce("reduce_sum", column, rows, 1);
  }

  /** The sum of each column, as one row or a vector. */
  Steps columnSums(INDArray sums, INDArray rows) {
    return reduce("reduce_sum", ArrayViews.contiguous(sums, 0, 1, rows.size(1)), rows, 0);
  }

  /** Fails when an id of a table is out of range; the scratch array takes one id. */
  Steps checkIds(INDArray ids, INDArray scratch, long limit, String where) {
    INDArray one = ArrayViews.contiguous(scratch, 0);
    INDArray all = ArrayViews.contiguous(ids, 0, ids.length());
    String problem = "ids must be from 0 to " + (limit - 1) + " (node '" + where + "'): ";
    reduce("reduce_min", one, all, 0).then(run -> check(one.getLong(0) >= 0, problem, one));
    return reduce("reduce_max", one, all, 0)
        .then(run -> check(one.getLong(0) < limit, problem, one));
  }

  private static void check(boolean inside, String problem, INDArray id) {
    if (!inside) {
      throw new IllegalArgumentException(problem + id.getLong(0));
    }
  }
}
