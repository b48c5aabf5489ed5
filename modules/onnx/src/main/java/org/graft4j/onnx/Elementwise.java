/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Arithmetic, comparison and logic on values, element by element with numpy's broadcasting, in
 * operations whose gradient is right.
 */
final class Elementwise {
  private final GraphWriter writer;

  Elementwise(GraphWriter writer) {
    this.writer = writer;
  }

  /** An operation on two variables. */
  interface Binary {
    SDVariable apply(SameDiff graph, SDVariable a, SDVariable b);
  }

  /** An operation on one variable. */
  interface Unary {
    SDVariable apply(SameDiff graph, SDVariable x);
  }

  Value scalar(Value like, double number) {
    return writer.scalar(like.type(), number);
  }

  Value binary(DataType type, Binary operation, Value a, Value b) {
    return writer.emit(
        type,
        Dims.broadcast(a.dims(), b.dims()),
        (sd, x) -> operation.apply(sd, x[0], x[1]),
        matrix(a, b),
        matrix(b, a));
  }

  /**
   * Makes a vector a row where the other operand may be of shape [1, 1]: ND4J takes that for a
   * scalar and would lose the second axis.
   */
  private Value matrix(Value x, Value other) {
    Dim[] dims = x.dims();
    Dim[] shape = other.dims();
    if (dims == null || dims.length != 1 || shape == null || shape.length != 2) {
      return x;
    }
    if (dims[0].is(1) || isLong(shape[0]) || isLong(shape[1])) {
      return x;
    }
    return writer
        .emit(x.type(), new Dim[] {Dim.of(1), dims[0]}, (sd, v) -> sd.expandDims(v[0], 0), x)
        .learned(x.isLearned());
  }

  private static boolean isLong(Dim dim) {
    return dim.isKnown() && dim.known() > 1;
  }

  Value unary(Unary operation, Value x) {
    return writer.emit(x.type(), x.dims(), (sd, v) -> operation.apply(sd, v[0]), x);
  }

  Value add(Value a, Value b) {
    boolean swap = a.isConstant() && !b.isConstant();
    return binary(a.type(), (sd, x, y) -> sd.math().add(x, y), swap ? b : a, swap ? a : b);
  }

  Value add(Value a, double b) {
    return add(a, scalar(a, b));
  }

  Value sub(Value a, Value b) {
    return binary(a.type(), (sd, x, y) -> sd.math().sub(x, y), a, b);
  }

  Value mul(Value a, Value b) {
    boolean swap = a.isConstant() && !b.isConstant();
    return binary(a.type(), (sd, x, y) -> sd.math().mul(x, y), swap ? b : a, swap ? a : b);
  }

  Value mul(Value a, double b) {
    return mul(a, scalar(a, b));
  }

  Value div(Value a, Value b) {
    return binary(a.type(), (sd, x, y) -> sd.math().div(x, y), a, b);
  }

  Value max(Value a, Value b) {
    return binary(a.type(), SameDiff::max, a, b);
  }

  Value min(Value a, Value b) {
    return binary(a.type(), SameDiff::min, a, b);
  }

  Value neg(Value x) {
    return unary((sd, v) -> sd.math().neg(v), x);
  }

  Value sqrt(Value x) {
    return unary((sd, v) -> sd.math().sqrt(v), x);
  }

  Value square(Value x) {
    return unary((sd, v) -> sd.math().square(v), x);
  }

  Value exp(Value x) {
    return unary((sd, v) -> sd.math().exp(v), x);
  }

  Value log(Value x) {
    return unary((sd, v) -> sd.math().log(v), x);
  }

  Value abs(Value x) {
    return unary((sd, v) -> sd.math().abs(v), x);
  }

  Value tanh(Value x) {
    return unary((sd, v) -> sd.math().tanh(v), x);
  }

  Value sigmoid(Value x) {
    return unary((sd, v) -> sd.nn().sigmoid(v), x);
  }

  Value relu(Value x) {
    return unary((sd, v) -> sd.nn().relu(v, 0), x);
  }

  Value erf(Value x) {
    return unary((sd, v) -> sd.math().erf(v), x);
  }

  Value reciprocal(Value x) {
    return unary((sd, v) -> sd.math().reciprocal(v), x);
  }

  Value softplus(Value x) {
    return unary((sd, v) -> sd.nn().softplus(v), x);
  }

  Value floor(Value x) {
    return unary((sd, v) -> sd.math().floor(v), x);
  }

  Value pow(Value x, Value exponent) {
    Double power = number(exponent);
    boolean sameShape = power == null || exponent.isScalar() || exponent.rank() <= x.rank();
    if (power != null && sameShape && x.type().isFPType()) {
      return pow(x, power);
    }
    DataType type = x.type();
    DataType wide = type.isFPType() ? type : DataType.DOUBLE;
    Value result =
        binary(wide, (sd, a, b) -> sd.math().pow(a, b), cast(x, wide), cast(exponent, wide));
    return type.isFPType() ? result : cast(round(result), type);
  }

  private Value pow(Value x, double power) {
    if (power == 1) {
      return x;
    }
    if (power == 2) {
      return square(x);
    }
    if (power == 0.5) {
      return sqrt(x);
    }
    if (power == -1) {
      return reciprocal(x);
    }
    return unary((sd, v) -> sd.math().pow(v, power), x);
  }

  /** Rounds halves to the even neighbour, as ONNX does. */
  Value round(Value x) {
    Value down = floor(x);
    Value rest = sub(x, down);
    Value half = scalar(x, 0.5);
    Value up = cast(greater(rest, half), x.type());
    Value tie = cast(equal(rest, half), x.type());
    Value odd = sub(down, mul(floor(mul(down, 0.5)), 2));
    return add(down, add(up, mul(tie, odd)));
  }

  Value cast(Value x, DataType type) {
    if (x.type() == type) {
      return x;
    }
    Dim[] elements = x.elements();
    if (elements != null && type.isIntType() && x.type() != DataType.BOOL) {
      return Value.shape(type, elements, x.isScalar());
    }
    return writer
        .emit(type, x.dims(), (sd, v) -> v[0].castTo(type), x)
        .learned(x.isLearned() && type.isFPType());
  }

  Value equal(Value a, Value b) {
    return binary(DataType.BOOL, SameDiff::eq, comparable(a), comparable(b));
  }

  Value greater(Value a, Value b) {
    return binary(DataType.BOOL, SameDiff::gt, a, b);
  }

  Value less(Value a, Value b) {
    return binary(DataType.BOOL, SameDiff::lt, a, b);
  }

  Value greaterOrEqual(Value a, Value b) {
    return binary(DataType.BOOL, SameDiff::gte, a, b);
  }

  Value lessOrEqual(Value a, Value b) {
    return binary(DataType.BOOL, SameDiff::lte, a, b);
  }

  private Value comparable(Value x) {
    return x.type() == DataType.BOOL ? cast(x, DataType.INT32) : x;
  }

  /**
   * Logic goes through arithmetic on 0 and 1, because the logic operations of ND4J do not broadcast
   * rightly.
   */
  Value and(Value a, Value b) {
    if (isTrue(a) && a.isScalar()) {
      return b;
    }
    if (isTrue(b) && b.isScalar()) {
      return a;
    }
    return cast(mul(cast(a, DataType.FLOAT), cast(b, DataType.FLOAT)), DataType.BOOL);
  }

  Value or(Value a, Value b) {
    return cast(add(cast(a, DataType.FLOAT), cast(b, DataType.FLOAT)), DataType.BOOL);
  }

  Value xor(Value a, Value b) {
    return binary(DataType.BOOL, SameDiff::neq, cast(a, DataType.INT32), cast(b, DataType.INT32));
  }

  Value not(Value x) {
    return equal(cast(x, DataType.FLOAT), writer.scalar(DataType.FLOAT, 0));
  }

  /**
   * Chooses by a condition: arithmetic, {@code c·a + (1−c)·b}, since the operation for it has no
   * gradient and does not broadcast.
   */
  Value where(Value condition, Value a, Value b) {
    Value tested = condition.nanTestOf();
    if (tested == b && number(a) != null) {
      return b;
    }
    if (a.type() == DataType.BOOL) {
      return cast(
          where(condition, cast(a, DataType.FLOAT), cast(b, DataType.FLOAT)), DataType.BOOL);
    }
    if (!a.isLearned()
        && !b.isLearned()
        && Dims.same(condition.dims(), a.dims())
        && Dims.same(a.dims(), b.dims())
        && a.rank() > 0) {
      return writer.emit(
          a.type(), a.dims(), (sd, x) -> sd.where(x[1], x[2], x[0]), condition, a, b);
    }
    Value chosen = cast(condition, a.type());
    Value other = sub(scalar(a, 1), chosen);
    if (isZero(a)) {
      return broadcastLike(mul(other, b), a);
    }
    if (isZero(b)) {
      return broadcastLike(mul(chosen, a), b);
    }
    return add(mul(chosen, a), mul(other, b));
  }

  /** Adds a zero of a larger shape only where it widens the result. */
  private Value broadcastLike(Value x, Value zero) {
    return zero.isScalar() || Dims.same(Dims.broadcast(x.dims(), zero.dims()), x.dims())
        ? x
        : add(x, zero);
  }

  private static boolean isZero(Value x) {
    Double number = number(x);
    return number != null && number == 0;
  }

  private static boolean isTrue(Value x) {
    Double number = number(x);
    return number != null && number != 0;
  }

  /**
   * Returns the number when the value is a constant with one element or one repeated element, else
   * null.
   */
  static @Nullable Double number(Value x) {
    if (!x.isConstant()) {
      return null;
    }
    INDArray array = GraphWriter.array(x);
    if (array.isEmpty() || array.length() != 1) {
      return null;
    }
    return array.dataType() == DataType.BOOL
        ? Double.valueOf(array.getInt(0) != 0 ? 1 : 0)
        : Double.valueOf(array.getDouble(0));
  }
}
