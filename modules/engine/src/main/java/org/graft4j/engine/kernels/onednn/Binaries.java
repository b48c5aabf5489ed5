/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.graft4j.engine.kernels.Layout;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Shape;
import org.jspecify.annotations.Nullable;

/** Element-wise functions of two operands, of which the second may be broadcast. */
final class Binaries {
  private Binaries() {}

  /** Null when oneDNN has no such function, or would have to broadcast the first operand. */
  static @Nullable PreparedPrimitive prepare(Op.Binary op, Instruction instruction) {
    int algorithm = algorithm(op.kind());
    Shape result = instruction.output().shape();
    boolean straight = instruction.input(0).shape().equals(result);
    boolean swaps = !straight && instruction.input(1).shape().equals(result) && commutes(op.kind());
    if (algorithm == dnnl.dnnl_alg_kind_undef || !(straight || swaps)) {
      return null;
    }
    Owned owned = new Owned();
    int first = straight ? 0 : 1;
    Shape other = instruction.input(1 - first).shape();
    boolean same = other.equals(result);
    long rows = rows(other, result);
    Shape whole = rows > 1 ? Shape.of(rows, result.length() / rows) : result;
    memory.desc a = owned.add(OneDnn.floats(whole));
    memory.desc b = owned.add(broadcast(rows > 1 ? Shape.of(rows, 1) : other, whole));
    return new PreparedPrimitive(
        op.name(),
        new binary.primitive_desc(
            OneDnn.engine(), algorithm, a, b, a, PreparedPrimitive.attributes(owned), false),
        List.of(
            Argument.input(dnnl.DNNL_ARG_SRC_0, a, first),
            Argument.input(dnnl.DNNL_ARG_SRC_1, b, 1 - first),
            Argument.output(dnnl.DNNL_ARG_DST, a, 0)),
        List.of(),
        same ? Set.of(0, 1) : Set.of(first),
        owned);
  }

  /** An operand with axes of size 1 before its own, as many as the result has. */
  static memory.desc broadcast(Shape shape, Shape result) {
    long[] sizes = new long[Math.max(1, result.rank())];
    Arrays.fill(sizes, 1);
    for (int axis = 1; axis <= shape.rank(); axis++) {
      sizes[sizes.length - axis] = shape.size(-axis);
    }
    Shape padded = Shape.of(sizes);
    return OneDnn.floats(padded, Layout.contiguous(padded));
  }

  /**
   * How many numbers an operand has, if it has one for all behind the first axes of the result, as
   * {@code [8, 1, 1]} has for {@code [8, 128, 384]}; otherwise 0. oneDNN is fast for a column of a
   * matrix, and a hundred times slower for the same over more axes.
   */
  private static long rows(Shape other, Shape result) {
    if (other.rank() != result.rank() || other.equals(result)) {
      return 0;
    }
    int axis = 0;
    while (other.size(axis) == result.size(axis)) {
      axis++;
    }
    long rows = other.length();
    for (; axis < other.rank(); axis++) {
      if (other.size(axis) != 1) {
        return 0;
      }
    }
    return rows;
  }

  private static boolean commutes(BinaryKind kind) {
    return kind == BinaryKind.ADD
        || kind == BinaryKind.MUL
        || kind == BinaryKind.MAX
        || kind == BinaryKind.MIN;
  }

  private static int algorithm(BinaryKind kind) {
    return switch (kind) {
      case ADD -> dnnl.dnnl_binary_add;
      case SUB -> dnnl.dnnl_binary_sub;
      case MUL -> dnnl.dnnl_binary_mul;
      case DIV -> dnnl.dnnl_binary_div;
      case MAX -> dnnl.dnnl_binary_max;
      case MIN -> dnnl.dnnl_binary_min;
      case POW -> dnnl.dnnl_alg_kind_undef;
    };
  }
}
