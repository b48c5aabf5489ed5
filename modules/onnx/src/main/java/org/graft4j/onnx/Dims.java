/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shapes as lists of {@link Dim}s. A null entry stands for a dimension that nothing is known about
 * yet; the writer names it after the value that has it.
 */
final class Dims {
  private Dims() {}

  static Dim[] of(long... sizes) {
    Dim[] dims = new Dim[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      dims[i] = Dim.of(sizes[i]);
    }
    return dims;
  }

  static boolean areKnown(Dim @Nullable [] dims) {
    if (dims == null) {
      return false;
    }
    for (Dim dim : dims) {
      if (dim == null || !dim.isKnown()) {
        return false;
      }
    }
    return true;
  }

  static long[] known(Dim[] dims) {
    return Arrays.stream(dims).mapToLong(Dim::known).toArray();
  }

  static boolean same(Dim @Nullable [] a, Dim @Nullable [] b) {
    return a != null
        && b != null
        && Arrays.equals(a, b)
        && Arrays.stream(a).allMatch(d -> d != null);
  }

  /** Returns numpy's broadcast of two shapes, or null when a rank is open. */
  static Dim @Nullable [] broadcast(Dim @Nullable [] a, Dim @Nullable [] b) {
    if (a == null || b == null) {
      return null;
    }
    Dim[] dims = new Dim[Math.max(a.length, b.length)];
    for (int i = 0; i < dims.length; i++) {
      int ia = a.length - dims.length + i;
      int ib = b.length - dims.length + i;
      Dim x = ia < 0 ? Dim.of(1) : a[ia];
      Dim y = ib < 0 ? Dim.of(1) : b[ib];
      dims[i] = broadcast(x, y);
    }
    return dims;
  }

  private static @Nullable Dim broadcast(@Nullable Dim x, @Nullable Dim y) {
    if (x == null || y == null) {
      @Nullable Dim other = x == null ? y : x;
      return other != null && other.isKnown() && !other.is(1) ? other : null;
    }
    if (x.equals(y) || y.is(1)) {
      return x;
    }
    if (x.is(1)) {
      return y;
    }
    if (x.isKnown()) {
      return x;
    }
    return y.isKnown() ? y : null;
  }

  static Dim product(Dim[] dims) {
    Dim product = Dim.of(1);
    for (Dim dim : dims) {
      product = Dim.compute(Dim.Operation.MULTIPLY, product, dim);
    }
    return product;
  }

  /**
   * Divides one product of dimensions by another; null when it does not come out even by
   * cancelling.
   */
  static @Nullable Dim quotient(Dim[] above, Dim[] below) {
    List<Dim> atoms = new ArrayList<>();
    List<Dim> divisors = new ArrayList<>();
    long number = factors(above, atoms);
    long divisor = factors(below, divisors);
    for (Dim atom : divisors) {
      if (!atoms.remove(atom)) {
        return null;
      }
    }
    if (divisor == 0 || number % divisor != 0) {
      return null;
    }
    atoms.add(Dim.of(number / divisor));
    return product(atoms.toArray(new Dim[0]));
  }

  private static long factors(Dim[] dims, List<Dim> atoms) {
    long number = 1;
    for (Dim dim : dims) {
      if (dim instanceof Dim.Known known) {
        number *= known.number();
      } else if (dim instanceof Dim.Computed c && c.operation() == Dim.Operation.MULTIPLY) {
        number *= factors(new Dim[] {c.left(), c.right()}, atoms);
      } else {
        atoms.add(dim);
      }
    }
    return number;
  }
}
