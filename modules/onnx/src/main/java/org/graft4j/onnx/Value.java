/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A value during the import: what is known about it, and its variable once the graph has one. A
 * value that is a constant, a shape vector or a pending permutation gets its variable only when an
 * operation reads it.
 */
final class Value {
  private final DataType type;
  private final Dim @Nullable [] dims;
  private @Nullable SDVariable variable;
  private @Nullable INDArray array;
  private Dim @Nullable [] elements;
  private @Nullable String name;
  private boolean learned;
  private @Nullable Value source;
  private int @Nullable [] permutation;
  private String scope = "";
  private @Nullable Value nanTestOf;
  private @Nullable Value reshapeOf;

  private Value(DataType type, Dim @Nullable [] dims) {
    this.type = type;
    this.dims = dims;
  }

  /** A value that the graph has a variable for. */
  static Value of(SDVariable variable, DataType type, Dim @Nullable [] dims) {
    Value value = new Value(type, dims);
    value.variable = variable;
    return value;
  }

  /** A constant; {@code name} is what its variable is to be called, or null for any name. */
  static Value constant(INDArray array, @Nullable String name) {
    Value value = new Value(array.dataType(), Dims.of(array.shape()));
    value.array = array;
    value.name = name;
    value.learned = array.dataType().isFPType() && array.length() > 1;
    if (array.rank() <= 1
        && array.length() <= 64
        && (array.dataType().isIntType() || array.dataType() == DataType.BOOL)) {
      Dim[] elements = new Dim[array.isEmpty() ? 0 : (int) array.length()];
      for (int i = 0; i < elements.length; i++) {
        elements[i] = Dim.of(array.getLong(i));
      }
      value.elements = elements;
    }
    return value;
  }

  /** A scalar or vector of integers (or truth values as 0 and 1) known as dimensions. */
  static Value shape(DataType type, Dim[] elements, boolean scalar) {
    Value value = new Value(type, scalar ? new Dim[0] : Dims.of(elements.length));
    value.elements = elements;
    return value;
  }

  /** A permutation of {@code source} that is not in the graph yet. */
  static Value permuted(Value source, int[] permutation, Dim[] dims, String scope) {
    Value value = new Value(source.type, dims);
    value.source = source;
    value.permutation = permutation;
    value.scope = scope;
    value.learned = source.learned;
    return value;
  }

  DataType type() {
    return type;
  }

  /** Returns the dimensions, or null when the rank is open. */
  Dim @Nullable [] dims() {
    return dims;
  }

  boolean hasRank() {
    return dims != null;
  }

  int rank() {
    if (dims == null) {
      throw new UnsupportedForm("its input has an unknown number of dimensions");
    }
    return dims.length;
  }

  Dim dim(int axis) {
    if (dims == null) {
      throw new UnsupportedForm("its input has an unknown number of dimensions");
    }
    return dims[axis];
  }

  /** Returns an axis counted from the front. */
  int axis(long axis) {
    int rank = rank();
    long positive = axis < 0 ? axis + rank : axis;
    if (positive < 0 || positive > Math.max(rank - 1, 0)) {
      throw new UnsupportedForm("axis " + axis + " does not exist in rank " + rank);
    }
    return (int) positive;
  }

  @Nullable SDVariable variable() {
    return variable;
  }

  void variable(SDVariable made) {
    variable = made;
  }

  @Nullable INDArray array() {
    return array;
  }

  void array(INDArray made) {
    array = made;
  }

  Dim @Nullable [] elements() {
    return elements;
  }

  boolean isScalar() {
    return dims != null && dims.length == 0;
  }

  /** Whether all elements are numbers known at import. */
  boolean isConstant() {
    return array != null || (elements != null && Dims.areKnown(elements));
  }

  @Nullable String name() {
    return name;
  }

  void name(@Nullable String newName) {
    name = newName;
  }

  /**
   * Whether the value is a float computed from weights, so that a gradient may be wanted through
   * it.
   */
  boolean isLearned() {
    return learned;
  }

  Value learned(boolean is) {
    learned = is;
    return this;
  }

  @Nullable Value source() {
    return source;
  }

  int @Nullable [] permutation() {
    return permutation;
  }

  String scope() {
    return scope;
  }

  @Nullable Value nanTestOf() {
    return nanTestOf;
  }

  Value nanTestOf(Value tested) {
    nanTestOf = tested;
    return this;
  }

  @Nullable Value reshapeOf() {
    return reshapeOf;
  }

  Value reshapeOf(Value reshaped) {
    reshapeOf = reshaped;
    return this;
  }
}
