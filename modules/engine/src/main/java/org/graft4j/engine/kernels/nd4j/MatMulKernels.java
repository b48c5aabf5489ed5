/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.nd4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.graft4j.engine.kernels.ArrayViews;
import org.graft4j.engine.kernels.Binding;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Op.FusedMatMul.Step;
import org.graft4j.engine.program.TensorType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Matrix products. */
final class MatMulKernels {
  private MatMulKernels() {}

  /** Scratch arrays: of the result's size for an epilogue, and for the second factor's cast. */
  static List<TensorType> workspaces(Instruction instruction) {
    List<TensorType> workspaces = new ArrayList<>();
    if (instruction.op() instanceof Op.FusedMatMul fused) {
      workspaces.addAll(Collections.nCopies(workspaces(fused), instruction.output().type()));
    }
    DataType type = instruction.input(0).dataType();
    if (instruction.input(1).dataType() != type) {
      workspaces.add(new TensorType(type, instruction.input(1).shape()));
    }
    return workspaces;
  }

  private static int workspaces(Op.FusedMatMul fused) {
    return fused.steps().stream()
        .mapToInt(
            step -> step instanceof Step.Apply apply ? UnaryKernels.workspaces(apply.kind()) : 0)
        .max()
        .orElse(0);
  }

  static void bind(Op.FusedMatMul fused, Binding arrays, Steps steps) {
    bind(fused.product(), fused.bias(), arrays, steps);
    INDArray out = arrays.output();
    int operand = fused.bias() ? 3 : 2;
    for (Step step : fused.steps()) {
      if (step instanceof Step.Scale scale) {
        steps.scalar("multiply", out, out, scale.factor());
      } else if (step instanceof Step.Apply apply) {
        UnaryKernels.bind(apply.kind(), out, out, arrays.workspaces(), steps);
      } else {
        String op = step instanceof Step.Add ? "add" : "multiply";
        steps.call(op, out, out, arrays.input(operand++));
      }
    }
  }

  static void bind(Op.MatMul op, boolean bias, Binding arrays, Steps steps) {
    INDArray a = arrays.input(0);
    INDArray b = second(arrays, steps);
    INDArray out = arrays.output();
    if (a.isEmpty() || b.isEmpty()) {
      steps.fill(out, 0);
    } else if (a.rank() == 2) {
      matrix(a, op.transposeA(), b, op.transposeB(), out, steps);
    } else if (b.rank() > 2) {
      batch(a, op.transposeA(), b, op.transposeB(), out, steps);
    } else if (!op.transposeA()) {
      matrix(ArrayViews.rows(a), false, b, op.transposeB(), ArrayViews.rows(out), steps);
    } else {
      eachMatrix(a, b, op.transposeB(), out, steps);
    }
    if (bias) {
      INDArray rows = ArrayViews.rows(out);
      steps.call("add", rows, rows, ArrayViews.contiguous(arrays.input(2), 0, 1, rows.size(1)));
    }
  }

  /** The second factor in the type of the first. */
  private static INDArray second(Binding arrays, Steps steps) {
    INDArray b = arrays.input(1);
    if (b.dataType() == arrays.input(0).dataType()) {
      return b;
    }
    INDArray cast = arrays.workspace(arrays.workspaces().size() - 1);
    steps.copy(cast, b);
    return cast;
  }

  /** outᵀ = bᵀaᵀ: BLAS writes columns, so that the transposed product needs no copy. */
  private static void matrix(
      INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray out, Steps steps) {
    INDArray left = transposeB ? b : swap(b);
    INDArray right = transposeA ? a : swap(a);
    steps.call("matmul", swap(out), List.of(left, right), 0, 0, 0);
  }

  private static void batch(
      INDArray a, boolean transposeA, INDArray b, boolean transposeB, INDArray out, Steps steps) {
    int rank = a.rank();
    long count = out.length() / out.size(rank - 1) / out.size(rank - 2);
    steps.call(
        "matmul",
        matrices(out, count),
        List.of(matrices(a, count), matrices(b, count)),
        transposeA ? 1 : 0,
        transposeB ? 1 : 0,
        0);
  }

  /** A transposed stack of matrices times one matrix: no single product says it. */
  private static void eachMatrix(
      INDArray a, INDArray b, boolean transposeB, INDArray out, Steps steps) {
    long k = a.size(a.rank() - 2);
    long m = a.size(a.rank() - 1);
    long n = out.size(out.rank() - 1);
    for (long i = 0; i < a.length() / (k * m); i++) {
      INDArray left = ArrayViews.contiguous(a, i * k * m, k, m);
      matrix(left, true, b, transposeB, ArrayViews.contiguous(out, i * m * n, m, n), steps);
    }
  }

  private static INDArray matrices(INDArray array, long count) {
    return ArrayViews.contiguous(
        array, 0, count, array.size(array.rank() - 2), array.size(array.rank() - 1));
  }

  private static INDArray swap(INDArray matrix) {
    return matrix.permute(1, 0);
  }
}
