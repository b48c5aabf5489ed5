/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.program;

import org.nd4j.linalg.api.buffer.DataType;

/** One value of a program, written once; equality is identity. */
public final class Operand {
  private final int id;
  private final TensorType type;
  private final Origin origin;

  Operand(int id, TensorType type, Origin origin) {
    this.id = id;
    this.type = type;
    this.origin = origin;
  }

  /**
   * Returns the number of this operand, unique in its program and counted from 0.
   *
   * @return the number
   */
  public int id() {
    return id;
  }

  /**
   * Returns the element type and shape.
   *
   * @return the type
   */
  public TensorType type() {
    return type;
  }

  /**
   * Returns the element type.
   *
   * @return the element type
   */
  public DataType dataType() {
    return type.dataType();
  }

  /**
   * Returns the shape.
   *
   * @return the shape
   */
  public Shape shape() {
    return type.shape();
  }

  /**
   * Returns where the elements come from.
   *
   * @return the origin
   */
  public Origin origin() {
    return origin;
  }

  /**
   * Tells whether an instruction computes this operand.
   *
   * @return true for results
   */
  public boolean isResult() {
    return origin instanceof Origin.Result;
  }

  /**
   * Tells whether the elements never change: a constant that is neither a gate nor a variable of
   * the graph.
   *
   * @return true when it may be folded
   */
  public boolean isFrozen() {
    return origin instanceof Origin.Constant constant && !constant.live();
  }

  /**
   * Tells whether gradients of this operand make sense.
   *
   * @return true for floating-point elements
   */
  public boolean isFloat() {
    return type.dataType().isFPType();
  }

  /**
   * Returns the name of an input, constant or trainable, otherwise the number, as in {@code %12}.
   */
  @Override
  public String toString() {
    if (origin instanceof Origin.Input input) {
      return "'" + input.name() + "'";
    }
    if (origin instanceof Origin.Constant constant) {
      return "'" + constant.name() + "'";
    }
    if (origin instanceof Origin.Trainable trainable) {
      return "'" + trainable.name() + "'";
    }
    return "%" + id;
  }
}
