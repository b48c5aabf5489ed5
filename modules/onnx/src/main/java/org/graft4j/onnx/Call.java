/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.graft4j.onnx.OnnxModel.Attribute;
import org.graft4j.onnx.OnnxModel.Node;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One node with the values of its inputs: what a translation reads, and the operations it writes
 * with.
 */
final class Call {
  final String file;
  final Node node;
  final int opset;
  final GraphWriter writer;
  final Elementwise math;
  final Layout layout;
  final Products products;
  final Reductions reductions;
  private final List<@Nullable Value> inputs;

  Call(
      String file,
      Node node,
      int opset,
      List<@Nullable Value> inputs,
      GraphWriter writer,
      Elementwise math,
      Layout layout,
      Products products,
      Reductions reductions) {
    this.file = file;
    this.node = node;
    this.opset = opset;
    this.inputs = inputs;
    this.writer = writer;
    this.math = math;
    this.layout = layout;
    this.products = products;
    this.reductions = reductions;
  }

  int count() {
    return inputs.size();
  }

  /** Returns an input that must be there. */
  Value in(int i) {
    Value value = optional(i);
    if (value == null) {
      throw new OnnxFormatException(
          String.format(
              Locale.ROOT,
              "%s: op '%s' (node '%s') lacks its input %d",
              file,
              node.op(),
              node.label(),
              i));
    }
    return value;
  }

  @Nullable Value optional(int i) {
    return i < inputs.size() ? inputs.get(i) : null;
  }

  List<Value> all() {
    List<Value> all = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      all.add(in(i));
    }
    return all;
  }

  /** Returns whether an output is wanted. */
  boolean wants(int output) {
    return output < node.outputs().size() && !node.outputs().get(output).isEmpty();
  }

  long integer(String name, long otherwise) {
    Attribute attribute = node.attributes().get(name);
    return attribute == null ? otherwise : attribute.integer();
  }

  boolean has(String name) {
    return node.attributes().containsKey(name);
  }

  float number(String name, double otherwise) {
    Attribute attribute = node.attributes().get(name);
    return attribute == null ? (float) otherwise : attribute.number();
  }

  String text(String name, String otherwise) {
    Attribute attribute = node.attributes().get(name);
    return attribute == null || attribute.text() == null ? otherwise : attribute.text();
  }

  long @Nullable [] integers(String name) {
    Attribute attribute = node.attributes().get(name);
    return attribute == null
        ? null
        : attribute.integers().stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * Returns integers that are an attribute in older opsets and an input in newer ones; null when
   * there are none.
   */
  long @Nullable [] integers(String attribute, int input) {
    long[] fromAttribute = integers(attribute);
    if (fromAttribute != null) {
      return fromAttribute;
    }
    Value value = optional(input);
    return value == null ? null : constant(value, attribute);
  }

  /** Returns the integers of an input that must be known at import. */
  long[] constant(Value value, String what) {
    if (!value.isConstant()) {
      throw new UnsupportedForm("its input '" + what + "' is not a constant");
    }
    INDArray array = GraphWriter.array(value);
    if (array.isEmpty()) {
      return new long[0];
    }
    return array.castTo(DataType.INT64).reshape(array.length()).toLongVector();
  }

  /**
   * Returns the elements of a shape-like input, or null when they are not known even as dimensions.
   */
  Dim @Nullable [] elements(Value value) {
    Dim[] elements = value.elements();
    if (elements == null && value.isConstant() && value.type().isIntType()) {
      return Dims.of(constant(value, "shape"));
    }
    return elements;
  }
}
