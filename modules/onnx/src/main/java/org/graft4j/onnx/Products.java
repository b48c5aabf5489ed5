/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Matrix products. A product with a matrix is written on rank 2, between two reshapes; a batched
 * product has operands of equal rank and equal leading dimensions; a pending permutation of an
 * operand becomes a transpose flag where that leaves less to do.
 */
final class Products {
  private final GraphWriter writer;
  private final Elementwise math;
  private final Layout layout;

  Products(GraphWriter writer, Elementwise math, Layout layout) {
    this.writer = writer;
    this.math = math;
    this.layout = layout;
  }

  /** Multiplies as numpy's matmul does. */
  Value matmul(Value a, Value b) {
    return matmul(a, b, false, false);
  }

  Value matmul(Value a, Value b, boolean transposeA, boolean transposeB) {
    if (a.rank() == 1) {
      Value row = matmul(layout.unsqueeze(a, 0), b, false, transposeB);
      return layout.squeeze(row, row.rank() - (b.rank() == 1 ? 1 : 2));
    }
    if (b.rank() == 1) {
      Value column = matmul(a, layout.unsqueeze(b, 1), transposeA, false);
      return layout.squeeze(column, column.rank() - 1);
    }
    if (b.rank() == 2 && (a.rank() == 2 || !transposeA)) {
      return linear(a, b, transposeA, transposeB);
    }
    return batched(a, b, transposeA, transposeB);
  }

  private Value linear(Value a, Value b, boolean transposeA, boolean transposeB) {
    if (a.rank() == 2) {
      return product(a, b, transposeA, transposeB);
    }
    Dim in = b.dim(transposeB ? 1 : 0);
    Dim[] dims = a.dims();
    if (dims == null) {
      throw new UnsupportedForm("its input has an unknown number of dimensions");
    }
    Value flat = product(layout.reshape(a, null, in), b, false, transposeB);
    Dim[] out = dims.clone();
    out[out.length - 1] = flat.dim(1);
    return layout.reshape(flat, out);
  }

  private Value batched(Value a, Value b, boolean transposeA, boolean transposeB) {
    int rank = Math.max(a.rank(), b.rank());
    Value x = ranked(a, rank);
    Value y = ranked(b, rank);
    Dim[] batch = Dims.broadcast(leading(x), leading(y));
    if (batch != null && !Dims.same(leading(x), leading(y))) {
      x = layout.expand(x, append(wanted(batch, y), Dim.of(1), Dim.of(1)));
      y = layout.expand(y, append(wanted(batch, x), Dim.of(1), Dim.of(1)));
    }
    return product(x, y, transposeA, transposeB);
  }

  /**
   * Fills unknown broadcast dimensions with those of the other operand, which then widen this one
   * if it has size one.
   */
  private static Dim[] wanted(@Nullable Dim[] batch, Value other) {
    Dim[] wanted = new Dim[batch.length];
    for (int i = 0; i < wanted.length; i++) {
      Dim dim = batch[i];
      wanted[i] = dim == null ? other.dim(i) : dim;
    }
    return wanted;
  }

  private Value ranked(Value x, int rank) {
    return x.rank() == rank
        ? x
        : layout.unsqueeze(x, IntStream.range(0, rank - x.rank()).toArray());
  }

  private static Dim[] leading(Value x) {
    return IntStream.range(0, x.rank() - 2).mapToObj(x::dim).toArray(Dim[]::new);
  }

  private static Dim[] append(Dim[] dims, Dim... more) {
    Dim[] all = Arrays.copyOf(dims, dims.length + more.length);
    System.arraycopy(more, 0, all, dims.length, more.length);
    return all;
  }

  private Value product(Value a, Value b, boolean transposeA, boolean transposeB) {
    Value x = flagged(a);
    Value y = flagged(b);
    boolean flagA = transposeA ^ x != a;
    boolean flagB = transposeB ^ y != b;
    int rank = a.rank();
    Dim[] dims = new Dim[rank];
    for (int i = 0; i < rank - 2; i++) {
      dims[i] = a.dim(i).isKnown() ? a.dim(i) : b.dim(i).isKnown() ? b.dim(i) : a.dim(i);
    }
    dims[rank - 2] = a.dim(transposeA ? rank - 1 : rank - 2);
    dims[rank - 1] = b.dim(transposeB ? rank - 2 : rank - 1);
    return writer.emit(a.type(), dims, (sd, v) -> sd.mmul(v[0], v[1], flagA, flagB, false), x, y);
  }

  /**
   * Returns the value before its pending swap of the last two axes, or the value itself when there
   * is none worth undoing.
   */
  private Value flagged(Value value) {
    int[] order = value.permutation();
    Value source = value.source();
    if (order == null || source == null || value.variable() != null) {
      return value;
    }
    int last = order.length - 1;
    int[] swapped = order.clone();
    swapped[last] = order[last - 1];
    swapped[last - 1] = order[last];
    boolean identity = IntStream.range(0, swapped.length).allMatch(i -> swapped[i] == i);
    if (identity) {
      return source;
    }
    boolean heads = Arrays.equals(swapped, new int[] {0, 2, 1, 3});
    if (!heads) {
      return value;
    }
    Dim[] dims = new Dim[swapped.length];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = source.dim(swapped[i]);
    }
    return Value.permuted(source, swapped, dims, value.scope());
  }

  /** Returns {@code alpha·op(a)·op(b) + beta·c}. */
  Value gemm(
      Value a,
      Value b,
      @Nullable Value c,
      double alpha,
      double beta,
      boolean transposeA,
      boolean transposeB) {
    Value result = product(a, b, transposeA, transposeB);
    if (alpha != 1) {
      result = math.mul(result, alpha);
    }
    if (c != null && beta != 0) {
      result = math.add(result, beta == 1 ? c : math.mul(c, beta));
    }
    return result;
  }
}
