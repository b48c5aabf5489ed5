/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

/**
 * A dimension, or an element of a shape vector: a number, a dimension of a value in the graph, or
 * arithmetic on those. Equal records stand for equal numbers, which is how the importer knows that
 * two open dimensions agree.
 */
sealed interface Dim {

  /** A number known at import. */
  record Known(long number) implements Dim {
    @Override
    public String toString() {
      return Long.toString(number);
    }
  }

  /** Dimension {@code axis} of the graph's variable {@code variable}. */
  record Axis(String variable, int axis) implements Dim {
    @Override
    public String toString() {
      return variable + "[" + axis + "]";
    }
  }

  /** Integer arithmetic; division truncates. */
  record Computed(Operation operation, Dim left, Dim right) implements Dim {
    @Override
    public String toString() {
      return "(" + left + " " + operation + " " + right + ")";
    }
  }

  /** What {@link Computed} does. */
  enum Operation {
    ADD,
    SUBTRACT,
    MULTIPLY,
    DIVIDE,
    MAXIMUM,
    MINIMUM
  }

  static Dim of(long number) {
    return new Known(number);
  }

  default boolean isKnown() {
    return this instanceof Known;
  }

  default boolean is(long number) {
    return this instanceof Known known && known.number() == number;
  }

  /** Returns the number; call only when {@link #isKnown()}. */
  default long known() {
    if (this instanceof Known known) {
      return known.number();
    }
    throw new IllegalStateException("the dimension is open: " + this);
  }

  /** Returns whether the value cannot be negative, as far as the form tells. */
  default boolean isNatural() {
    if (this instanceof Known known) {
      return known.number() >= 0;
    }
    if (this instanceof Computed c) {
      return c.operation() != Operation.SUBTRACT && c.left().isNatural() && c.right().isNatural();
    }
    return true;
  }

  /** Combines two dimensions, simplified where that is easy. */
  static Dim compute(Operation operation, Dim a, Dim b) {
    if (a instanceof Known x && b instanceof Known y) {
      if (operation != Operation.DIVIDE || y.number() != 0) {
        return of(compute(operation, x.number(), y.number()));
      }
      return new Computed(operation, a, b);
    }
    switch (operation) {
      case ADD -> {
        if (a.is(0)) {
          return b;
        }
        if (b.is(0)) {
          return a;
        }
        return ordered(operation, a, b);
      }
      case SUBTRACT -> {
        if (b.is(0)) {
          return a;
        }
        if (a.equals(b)) {
          return of(0);
        }
        if (a instanceof Computed c && c.operation() == Operation.ADD) {
          if (c.left().equals(b)) {
            return c.right();
          }
          if (c.right().equals(b)) {
            return c.left();
          }
        }
      }
      case MULTIPLY -> {
        if (a.is(1)) {
          return b;
        }
        if (b.is(1)) {
          return a;
        }
        if (a.is(0) || b.is(0)) {
          return of(0);
        }
        return ordered(operation, a, b);
      }
      case DIVIDE -> {
        if (b.is(1)) {
          return a;
        }
        if (a.equals(b)) {
          return of(1);
        }
        Dim quotient = Dims.quotient(new Dim[] {a}, new Dim[] {b});
        if (quotient != null) {
          return quotient;
        }
      }
      case MAXIMUM, MINIMUM -> {
        if (a.equals(b)) {
          return a;
        }
        return ordered(operation, a, b);
      }
    }
    return new Computed(operation, a, b);
  }

  private static Dim ordered(Operation operation, Dim a, Dim b) {
    return a.toString().compareTo(b.toString()) <= 0
        ? new Computed(operation, a, b)
        : new Computed(operation, b, a);
  }

  private static long compute(Operation operation, long a, long b) {
    return switch (operation) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case MAXIMUM -> Math.max(a, b);
      case MINIMUM -> Math.min(a, b);
    };
  }
}
