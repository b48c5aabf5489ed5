/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.lower;

import static org.graft4j.engine.lower.Site.one;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Shape;

/** Rules for products of matrices and for what works along one axis. */
final class ProductRules {
  private ProductRules() {}

  static void addTo(Map<String, Rule> rules) {
    rules.put("matmul", ProductRules::matMul);
    rules.put("tensordot", ProductRules::tensorDot);
    rules.put("xw_plus_b", ProductRules::affine);
    rules.put("softmax", site -> one(site.add(new Op.Softmax(axis(site)), site.operand(0))));
    rules.put("log_softmax", site -> one(site.add(new Op.LogSoftmax(axis(site)), site.operand(0))));
    rules.put("layer_norm", ProductRules::layerNorm);
  }

  private static int axis(Site site) {
    return Site.axis(site.integer(0, -1), site.shape(0).rank());
  }

  private static List<Term> matMul(Site site) {
    boolean transposeA = site.integer(0, 0) != 0;
    boolean transposeB = site.integer(1, 0) != 0;
    boolean transposeResult = site.integer(2, 0) != 0;
    Operand a = site.cast(site.operand(0), site.declaredType());
    Operand b = site.cast(site.operand(1), site.declaredType());
    boolean row = a.shape().rank() == 1;
    boolean column = b.shape().rank() == 1;
    if (row) {
      a = site.reshape(a, Shape.of(1, a.shape().size(0)));
      transposeA = false;
    }
    if (column) {
      b = site.reshape(b, Shape.of(b.shape().size(0), 1));
      transposeB = false;
    }
    Operand product =
        transposeResult
            ? site.add(new Op.MatMul(!transposeB, !transposeA), b, a)
            : site.add(new Op.MatMul(transposeA, transposeB), a, b);
    if (row || column) {
      List<Long> sizes = MovementRules.toList(product.shape());
      if (column) {
        sizes.remove(sizes.size() - 1);
      }
      if (row) {
        sizes.remove(sizes.size() - (column ? 1 : 2));
      }
      product = site.reshape(product, MovementRules.toShape(sizes));
    }
    return one(product);
  }

  /** The axes that are summed over go last on the left and first on the right. */
  private static List<Term> tensorDot(Site site) {
    long[] integers = site.integers();
    int count = Math.toIntExact(integers[0]);
    Operand a = site.operand(0);
    Operand b = site.operand(1);
    int[] summedA = along(integers, 1, count, a.shape().rank());
    int[] summedB = along(integers, 2 + count, count, b.shape().rank());
    int[] freeA = others(summedA, a.shape().rank());
    int[] freeB = others(summedB, b.shape().rank());
    long inner = 1;
    for (int axis : summedA) {
      inner *= a.shape().size(axis);
    }
    Operand left = site.add(Op.Permute.of(joined(freeA, summedA)), a);
    Operand right = site.add(Op.Permute.of(joined(summedB, freeB)), b);
    Operand product =
        site.add(
            new Op.MatMul(false, false),
            site.reshape(left, Shape.of(a.shape().length() / inner, inner)),
            site.reshape(right, Shape.of(inner, b.shape().length() / inner)));
    List<Long> sizes = new ArrayList<>();
    for (int axis : freeA) {
      sizes.add(a.shape().size(axis));
    }
    for (int axis : freeB) {
      sizes.add(b.shape().size(axis));
    }
    return one(site.reshape(product, MovementRules.toShape(sizes)));
  }

  private static int[] along(long[] integers, int from, int count, int rank) {
    int[] axes = new int[count];
    Arrays.setAll(axes, i -> Site.axis(integers[from + i], rank));
    return axes;
  }

  private static int[] others(int[] axes, int rank) {
    int[] others = new int[rank - axes.length];
    int n = 0;
    for (int i = 0; i < rank; i++) {
      int axis = i;
      if (Arrays.stream(axes).noneMatch(other -> other == axis)) {
        others[n++] = i;
      }
    }
    return others;
  }

  private static int[] joined(int[] first, int[] second) {
    int[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  private static List<Term> affine(Site site) {
    Operand x = site.operand(0);
    boolean transposeX = site.integer(0, 0) != 0;
    boolean transposeW = site.integer(1, 0) != 0;
    return one(
        site.add(new Op.MatMul(transposeX, transposeW), x, site.operand(1), site.operand(2)));
  }

  /** The op of SameDiff, which adds nothing to the variance. */
  private static List<Term> layerNorm(Site site) {
    Operand x = site.operand(0);
    int rank = x.shape().rank();
    int[] axes = Site.axes(site.integers(), rank);
    boolean channelsFirst = site.flag(0, false);
    if (axes.length != 1 || axes[0] != rank - 1 || (channelsFirst && rank > 2)) {
      throw site.unsupported("it normalises other axes than the last: " + Arrays.toString(axes));
    }
    List<Operand> operands = new ArrayList<>(List.of(x, site.operand(1)));
    if (site.arity() > 2) {
      operands.add(site.operand(2));
    }
    return one(site.addAll(new Op.LayerNorm(0), operands).get(0));
  }

  static Operand times(Site site, Operand a, Operand b) {
    return site.add(new Op.Binary(BinaryKind.MUL), a, b);
  }
}
