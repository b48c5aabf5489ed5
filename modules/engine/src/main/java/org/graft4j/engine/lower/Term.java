/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.lower;

import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.TensorType;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a value of the graph has become: an operand of the program, or an array that is known
 * already, which becomes an operand when an instruction reads it.
 */
final class Term {
  private final TensorType type;
  private final @Nullable INDArray known;
  private @Nullable Operand operand;

  private Term(TensorType type, @Nullable INDArray known, @Nullable Operand operand) {
    this.type = type;
    this.known = known;
    this.operand = operand;
  }

  static Term of(Operand operand) {
    return new Term(operand.type(), null, operand);
  }

  static Term known(INDArray array) {
    // an empty array has the shape of a scalar unless one of its sizes is zero
    TensorType type =
        array.isEmpty() && array.rank() == 0
            ? TensorType.of(array.dataType(), 0)
            : TensorType.of(array.dataType(), array.shape());
    return new Term(type, array, null);
  }

  /** A constant of the graph whose array may also be read here. */
  static Term known(INDArray array, Operand operand) {
    return new Term(operand.type(), array, operand);
  }

  TensorType type() {
    return type;
  }

  DataType dataType() {
    return type.dataType();
  }

  Shape shape() {
    return type.shape();
  }

  @Nullable INDArray known() {
    return known;
  }

  @Nullable Operand operand() {
    return operand;
  }

  void operand(Operand materialised) {
    this.operand = materialised;
  }
}
