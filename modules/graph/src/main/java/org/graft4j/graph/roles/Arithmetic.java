/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import org.graft4j.graph.Markers;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.ScalarOp;

/**
 * A node read as {@code left ∘ right}, whichever of SameDiff's spellings it has.
 *
 * @param kind the operation
 * @param left the first operand
 * @param right the second operand; null when it is {@code number}
 * @param number the second operand when it is no value of the graph
 * @param swapped whether the operands change places
 */
record Arithmetic(Kind kind, Value left, @Nullable Value right, double number, boolean swapped) {

  enum Kind {
    ADD,
    SUB,
    MUL,
    DIV,
    POW
  }

  /** Returns the operation of a node, or null when the node is no arithmetic. */
  static @Nullable Arithmetic of(Node node) {
    return switch (node.op()) {
      case "add" -> binary(Kind.ADD, node, false);
      case "biasadd" -> binary(Kind.ADD, node, false);
      case "subtract" -> binary(Kind.SUB, node, false);
      case "multiply" -> binary(Kind.MUL, node, false);
      case "divide" -> binary(Kind.DIV, node, false);
      case "realdiv" -> binary(Kind.DIV, node, false);
      case "truediv" -> binary(Kind.DIV, node, false);
      case "reversesubtract" -> binary(Kind.SUB, node, true);
      case "reversedivide" -> binary(Kind.DIV, node, true);
      case "add_scalar" -> scalar(Kind.ADD, node, false);
      case "sub_scalar" -> scalar(Kind.SUB, node, false);
      case "mul_scalar" -> scalar(Kind.MUL, node, false);
      case "div_scalar" -> scalar(Kind.DIV, node, false);
      case "rsub_scalar" -> scalar(Kind.SUB, node, true);
      case "rdiv_scalar" -> scalar(Kind.DIV, node, true);
      case "neg" -> unary(Kind.MUL, node, -1);
      case "pow" -> node.function() instanceof ScalarOp ? scalar(Kind.POW, node, false) : null;
      case "Pow" -> binary(Kind.POW, node, false);
      case "square" -> unary(Kind.POW, node, 2);
      case "cube" -> unary(Kind.POW, node, 3);
      case "sqrt" -> unary(Kind.POW, node, 0.5);
      case "rsqrt" -> unary(Kind.POW, node, -0.5);
      case "Reciprocal" -> unary(Kind.POW, node, -1);
      case "reciprocal" -> unary(Kind.POW, node, -1);
      case "identity" -> unary(Kind.MUL, node, 1);
      case "stop_gradient" -> unary(Kind.MUL, node, 1);
      default -> null;
    };
  }

  /** Returns the number of a floating-point constant with one element, or null. */
  static @Nullable Double scalar(Value value) {
    if (!value.isConstant()
        || !value.dataType().isFPType()
        || Markers.isGate(value)
        || Markers.dropoutRate(value).isPresent()) {
      return null;
    }
    long[] shape = value.shape();
    if (shape != null) {
      for (long n : shape) {
        if (n != 1) {
          return null;
        }
      }
    }
    if (value.array().length() != 1) {
      return null;
    }
    double number = value.array().getDouble(0);
    // 1e-12f is meant as 1e-12, not as the double next to it
    return value.dataType() == DataType.FLOAT
        ? Double.parseDouble(Float.toString((float) number))
        : number;
  }

  private static @Nullable Arithmetic binary(Kind kind, Node node, boolean swapped) {
    return node.inputs().size() == 2
        ? new Arithmetic(kind, node.input(0), node.input(1), 0, swapped)
        : null;
  }

  private static Arithmetic unary(Kind kind, Node node, double number) {
    return new Arithmetic(kind, node.input(0), null, number, false);
  }

  private static @Nullable Arithmetic scalar(Kind kind, Node node, boolean swapped) {
    return node.function() instanceof ScalarOp op && node.inputs().size() == 1
        ? new Arithmetic(
            kind,
            node.input(0),
            null,
            Double.parseDouble(Float.toString(op.scalar().getFloat(0))),
            swapped)
        : null;
  }
}
