/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Matrix products and Einstein sums of one or two operands. */
final class MatMulOps {
  private MatMulOps() {}

  static ImmutableMap<String, Translation> family() {
    return new Translation.Family()
        .one("MatMul", c -> c.products.matmul(c.in(0), c.in(1)))
        .one("Gemm", MatMulOps::gemm)
        .one("Einsum", MatMulOps::einsum)
        .one("com.microsoft.FusedMatMul", MatMulOps::fused)
        .build();
  }

  private static Value gemm(Call c) {
    return c.products.gemm(
        c.in(0),
        c.in(1),
        c.optional(2),
        c.number("alpha", 1),
        c.number("beta", 1),
        c.integer("transA", 0) != 0,
        c.integer("transB", 0) != 0);
  }

  private static Value fused(Call c) {
    if (c.integer("transBatchA", 0) != 0 || c.integer("transBatchB", 0) != 0) {
      throw new UnsupportedForm("transBatchA or transBatchB");
    }
    Value product =
        c.products.matmul(
            c.in(0), c.in(1), c.integer("transA", 0) != 0, c.integer("transB", 0) != 0);
    double alpha = c.number("alpha", 1);
    return alpha == 1 ? product : c.math.mul(product, alpha);
  }

  private static Value einsum(Call c) {
    String equation = c.text("equation", "").replace(" ", "").toLowerCase(Locale.ROOT);
    if (equation.contains(".") || !c.text("equation", "").replace(" ", "").equals(equation)) {
      throw new UnsupportedForm("equation '" + c.text("equation", "") + "'");
    }
    int arrow = equation.indexOf("->");
    String[] terms = (arrow < 0 ? equation : equation.substring(0, arrow)).split(",", -1);
    String out = arrow < 0 ? implicit(terms) : equation.substring(arrow + 2);
    boolean repeats =
        Arrays.stream(terms).anyMatch(t -> t.chars().distinct().count() != t.length());
    if (repeats || terms.length > 2 || terms.length != c.count()) {
      throw new UnsupportedForm("equation '" + equation + "'");
    }
    for (int i = 0; i < terms.length; i++) {
      if (terms[i].length() != c.in(i).rank()) {
        throw new UnsupportedForm("equation '" + equation + "' does not fit its inputs");
      }
    }
    if (terms.length == 1) {
      return permuted(c, summed(c, c.in(0), terms[0], out), kept(terms[0], out), out);
    }
    return product(c, terms[0], terms[1], out);
  }

  private static String implicit(String[] terms) {
    String all = String.join("", terms);
    StringBuilder out = new StringBuilder();
    all.chars()
        .sorted()
        .filter(l -> all.indexOf(l) == all.lastIndexOf(l))
        .forEach(l -> out.append((char) l));
    return out.toString();
  }

  private static Value summed(Call c, Value x, String term, String kept) {
    int[] axes =
        IntStream.range(0, term.length()).filter(i -> kept.indexOf(term.charAt(i)) < 0).toArray();
    return c.reductions.sum(x, false, axes);
  }

  private static String kept(String term, String others) {
    StringBuilder kept = new StringBuilder();
    term.chars().filter(l -> others.indexOf(l) >= 0).forEach(l -> kept.append((char) l));
    return kept.toString();
  }

  private static Value permuted(Call c, Value x, String from, String to) {
    return c.layout.permute(x, to.chars().map(from::indexOf).toArray());
  }

  /**
   * Brings both operands to batch × rows × inner and batch × inner × columns, multiplies, and
   * undoes it.
   */
  private static Value product(Call c, String termA, String termB, String out) {
    String a = kept(termA, termB + out);
    String b = kept(termB, termA + out);
    Value x = summed(c, c.in(0), termA, termB + out);
    Value y = summed(c, c.in(1), termB, termA + out);
    String batch = kept(kept(out, a), b);
    String rows =
        kept(out, a)
            .chars()
            .filter(l -> b.indexOf(l) < 0)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    String columns =
        kept(out, b)
            .chars()
            .filter(l -> a.indexOf(l) < 0)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    String inner =
        a.chars()
            .filter(l -> b.indexOf(l) >= 0 && out.indexOf(l) < 0)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    Value left = permuted(c, x, a, batch + rows + inner);
    Value right = permuted(c, y, b, batch + inner + columns);
    List<Dim> lead = new ArrayList<>();
    for (int i = 0; i < batch.length(); i++) {
      lead.add(left.dim(i).is(1) ? right.dim(i) : left.dim(i));
    }
    Value m = matrices(c, left, batch.length(), rows.length());
    Value n = matrices(c, right, batch.length(), inner.length());
    Value product = c.products.matmul(m, n);
    List<Dim> dims = new ArrayList<>(lead);
    for (int i = 0; i < rows.length(); i++) {
      dims.add(left.dim(batch.length() + i));
    }
    for (int i = 0; i < columns.length(); i++) {
      dims.add(right.dim(batch.length() + inner.length() + i));
    }
    Value result = c.layout.reshape(product, dims.toArray(new Dim[0]));
    return permuted(c, result, batch + rows + columns, out);
  }

  /** Joins the axes after the batch into two. */
  private static Value matrices(Call c, Value x, int batch, int first) {
    Dim[] dims = new Dim[batch + 2];
    for (int i = 0; i < batch; i++) {
      dims[i] = x.dim(i);
    }
    dims[batch] = ShapeOps.product(x, batch, batch + first);
    dims[batch + 1] = ShapeOps.product(x, batch + first, x.rank());
    return c.layout.reshape(x, dims);
  }
}
