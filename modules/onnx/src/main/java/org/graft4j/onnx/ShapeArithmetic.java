/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Evaluates the small integer sums by which exported graphs compute shapes, on {@link Dim}s: what
 * comes out is a number where it is static and a dimension of some value where it is not, and no
 * operation is written for it.
 */
final class ShapeArithmetic {
  private static final int LONGEST = 64;

  private ShapeArithmetic() {}

  /** Returns the node's result, or null when it is not a shape computation that can be followed. */
  static @Nullable Value evaluate(Call call) {
    switch (call.node.op()) {
      case "Shape" -> {
        return shape(call);
      }
      case "Size" -> {
        Value x = call.in(0);
        Dim[] dims = x.dims();
        return dims == null
            ? null
            : Value.shape(DataType.INT64, new Dim[] {Dims.product(dims)}, true);
      }
      case "Gather" -> {
        return gather(call);
      }
      case "Slice" -> {
        return slice(call);
      }
      case "Concat" -> {
        return concat(call);
      }
      case "Unsqueeze", "Squeeze", "Reshape", "Identity", "Flatten", "Expand" -> {
        return moved(call);
      }
      case "Add" -> {
        return binary(call, Dim.Operation.ADD);
      }
      case "Sub" -> {
        return binary(call, Dim.Operation.SUBTRACT);
      }
      case "Mul" -> {
        return binary(call, Dim.Operation.MULTIPLY);
      }
      case "Div" -> {
        return binary(call, Dim.Operation.DIVIDE);
      }
      case "Max" -> {
        return call.count() == 2 ? binary(call, Dim.Operation.MAXIMUM) : null;
      }
      case "Min" -> {
        return call.count() == 2 ? binary(call, Dim.Operation.MINIMUM) : null;
      }
      case "ReduceProd" -> {
        Dim[] elements = elements(call.in(0));
        return elements == null || call.in(0).isScalar()
            ? null
            : Value.shape(
                call.in(0).type(),
                new Dim[] {Dims.product(elements)},
                call.integer("keepdims", 1) == 0);
      }
      case "Equal" -> {
        return equal(call);
      }
      case "Where" -> {
        return where(call);
      }
      case "ConstantOfShape" -> {
        return constantOfShape(call);
      }
      default -> {
        return null;
      }
    }
  }

  private static Dim @Nullable [] elements(@Nullable Value value) {
    return value == null ? null : value.elements();
  }

  private static @Nullable Value shape(Call call) {
    Value x = call.in(0);
    Dim[] dims = x.dims();
    if (dims == null) {
      return null;
    }
    int start = clamp(call.integer("start", 0), dims.length);
    int end = clamp(call.integer("end", Integer.MAX_VALUE), dims.length);
    return Value.shape(
        DataType.INT64, start >= end ? new Dim[0] : Arrays.copyOfRange(dims, start, end), false);
  }

  private static int clamp(long index, int size) {
    return (int) Math.max(0, Math.min(index < 0 ? index + size : index, size));
  }

  private static @Nullable Value gather(Call call) {
    Value x = call.in(0);
    Dim[] elements = elements(x);
    Value indices = call.in(1);
    if (elements == null
        || x.isScalar()
        || !indices.isConstant()
        || !indices.hasRank()
        || indices.rank() > 1) {
      return null;
    }
    long[] at = call.constant(indices, "indices");
    Dim[] taken = new Dim[at.length];
    for (int i = 0; i < at.length; i++) {
      long index = at[i] < 0 ? at[i] + elements.length : at[i];
      if (index < 0 || index >= elements.length) {
        throw new UnsupportedForm(
            "index " + at[i] + " is outside of its input of length " + elements.length);
      }
      taken[i] = elements[(int) index];
    }
    return Value.shape(x.type(), taken, indices.isScalar());
  }

  private static @Nullable Value slice(Call call) {
    Value x = call.in(0);
    Dim[] elements = elements(x);
    long[] starts = constants(call, "starts", 1);
    long[] ends = constants(call, "ends", 2);
    if (elements == null || x.isScalar() || starts == null || ends == null) {
      return null;
    }
    if (starts.length != 1 || ends.length != 1) {
      return null;
    }
    Value step = call.optional(4);
    if (step != null && !(step.isConstant() && call.constant(step, "steps")[0] == 1)) {
      return null;
    }
    int start = clamp(starts[0], elements.length);
    int end = clamp(ends[0], elements.length);
    return Value.shape(
        x.type(), start >= end ? new Dim[0] : Arrays.copyOfRange(elements, start, end), false);
  }

  private static long @Nullable [] constants(Call call, String attribute, int input) {
    long[] values = call.integers(attribute);
    if (values != null) {
      return values;
    }
    Value value = call.optional(input);
    return value != null && value.isConstant() ? call.constant(value, attribute) : null;
  }

  private static @Nullable Value concat(Call call) {
    List<Dim> joined = new ArrayList<>();
    for (Value part : call.all()) {
      Dim[] elements = elements(part);
      if (elements == null || part.isScalar() || joined.size() > LONGEST) {
        return null;
      }
      joined.addAll(Arrays.asList(elements));
    }
    return Value.shape(call.in(0).type(), joined.toArray(new Dim[0]), false);
  }

  /** An operation that changes nothing but the rank, between scalars and vectors. */
  private static @Nullable Value moved(Call call) {
    Value x = call.in(0);
    Dim[] elements = elements(x);
    if (elements == null) {
      return null;
    }
    switch (call.node.op()) {
      case "Identity" -> {
        return x;
      }
      case "Unsqueeze" -> {
        long[] axes = constants(call, "axes", 1);
        return x.isScalar() && axes != null && axes.length == 1
            ? Value.shape(x.type(), elements, false)
            : null;
      }
      case "Squeeze" -> {
        return !x.isScalar() && elements.length == 1 ? Value.shape(x.type(), elements, true) : null;
      }
      default -> {
        Dim[] target = call.count() < 2 ? null : elements(call.in(1));
        if (target == null || target.length > 1) {
          return null;
        }
        if (target.length == 0) {
          return elements.length == 1 ? Value.shape(x.type(), elements, true) : null;
        }
        boolean same = target[0].is(elements.length);
        boolean reshape = call.node.op().equals("Reshape");
        return same || (reshape && target[0].is(-1))
            ? Value.shape(x.type(), elements, false)
            : null;
      }
    }
  }

  private static @Nullable Value binary(Call call, Dim.Operation operation) {
    Value a = call.in(0);
    Value b = call.in(1);
    Dim[] x = elements(a);
    Dim[] y = elements(b);
    if (x == null || y == null || !a.type().isIntType() || !b.type().isIntType()) {
      return null;
    }
    int length = Math.max(x.length, y.length);
    if ((x.length != length && x.length != 1) || (y.length != length && y.length != 1)) {
      return null;
    }
    Dim[] result = new Dim[length];
    for (int i = 0; i < length; i++) {
      Dim left = x[x.length == 1 ? 0 : i];
      Dim right = y[y.length == 1 ? 0 : i];
      if (operation == Dim.Operation.DIVIDE && right.is(0)) {
        return null;
      }
      result[i] = Dim.compute(operation, left, right);
    }
    return Value.shape(a.type(), result, a.isScalar() && b.isScalar());
  }

  private static @Nullable Value equal(Call call) {
    Value a = call.in(0);
    Value b = call.in(1);
    Dim[] x = elements(a);
    Dim[] y = elements(b);
    if (x == null || y == null || (x.length != y.length && x.length != 1 && y.length != 1)) {
      return null;
    }
    int length = Math.max(x.length, y.length);
    Dim[] result = new Dim[length];
    for (int i = 0; i < length; i++) {
      Dim left = x[x.length == 1 ? 0 : i];
      Dim right = y[y.length == 1 ? 0 : i];
      if (left.equals(right)) {
        result[i] = Dim.of(1);
      } else if ((left.isKnown() && right.isKnown())
          || (left.isNatural() && right.isKnown() && right.known() < 0)
          || (right.isNatural() && left.isKnown() && left.known() < 0)) {
        result[i] = Dim.of(0);
      } else {
        return null;
      }
    }
    return Value.shape(DataType.BOOL, result, a.isScalar() && b.isScalar());
  }

  private static @Nullable Value where(Call call) {
    Value condition = call.in(0);
    Value a = call.in(1);
    Value b = call.in(2);
    Dim[] c = elements(condition);
    Dim[] x = elements(a);
    Dim[] y = elements(b);
    if (c == null || x == null || y == null || !Dims.areKnown(c) || !a.type().isIntType()) {
      return null;
    }
    int length = Math.max(c.length, Math.max(x.length, y.length));
    Dim[] result = new Dim[length];
    for (int i = 0; i < length; i++) {
      Dim[] from = c[c.length == 1 ? 0 : i].is(0) ? y : x;
      if (from.length != length && from.length != 1) {
        return null;
      }
      result[i] = from[from.length == 1 ? 0 : i];
    }
    return Value.shape(a.type(), result, condition.isScalar() && a.isScalar() && b.isScalar());
  }

  private static @Nullable Value constantOfShape(Call call) {
    Dim[] shape = elements(call.in(0));
    OnnxModel.Attribute attribute = call.node.attributes().get("value");
    OnnxTensor tensor = attribute == null ? null : attribute.tensor();
    if (shape == null || shape.length != 1 || !shape[0].isKnown() || tensor == null) {
      return null;
    }
    long length = shape[0].known();
    Value number = Value.constant(TensorData.finite(call.file, tensor), null);
    if (length < 1
        || length > LONGEST
        || number.elements() == null
        || number.type() == DataType.BOOL) {
      return null;
    }
    Dim[] elements = new Dim[(int) length];
    Arrays.fill(elements, number.elements()[0]);
    return Value.shape(number.type(), elements, false);
  }
}
