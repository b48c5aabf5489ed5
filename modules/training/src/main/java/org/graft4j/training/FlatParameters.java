/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.function.Function;
import org.graft4j.adapters.Parameter;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Trained arrays seen as one row, so that an optimiser needs a few operations on everything instead
 * of many on each.
 */
final class FlatParameters {
  private final ImmutableList<Parameter> parameters;
  private final long length;

  FlatParameters(List<Parameter> parameters) {
    this.parameters = ImmutableList.copyOf(parameters);
    this.length = parameters.stream().mapToLong(p -> p.array().length()).sum();
  }

  long length() {
    return length;
  }

  List<String> variables() {
    return parameters.stream().map(Parameter::variable).toList();
  }

  /** A new row of zeros, {@code [1, length]}. */
  INDArray row() {
    return Nd4j.zeros(DataType.FLOAT, 1, length);
  }

  /** Copies an array of each parameter, found by the name of its variable, into a row. */
  void read(INDArray row, Function<Parameter, INDArray> source) {
    each(row, (part, parameter) -> part.assign(flat(source.apply(parameter))));
  }

  /** Adds an array of each parameter to a row. */
  void add(INDArray row, Function<Parameter, INDArray> source) {
    each(row, (part, parameter) -> part.addi(flat(source.apply(parameter))));
  }

  /** Overwrites the parameters. */
  void write(INDArray row) {
    each(row, (part, p) -> p.array().assign(part.reshape('c', p.array().shape())));
  }

  /** Subtracts a row from the parameters. */
  void subtract(INDArray row) {
    each(row, (part, p) -> p.array().subi(part.reshape('c', p.array().shape())));
  }

  /** Multiplies all parameters. */
  void scale(double factor) {
    parameters.forEach(p -> p.array().muli(factor));
  }

  /** A copy of the parameters as they are. */
  INDArray snapshot() {
    INDArray row = row();
    read(row, Parameter::array);
    return row;
  }

  private static INDArray flat(INDArray array) {
    return array.reshape('c', 1, array.length());
  }

  private void each(INDArray row, java.util.function.BiConsumer<INDArray, Parameter> action) {
    long from = 0;
    for (Parameter parameter : parameters) {
      long to = from + parameter.array().length();
      action.accept(
          row.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to)).reshape('c', 1, to - from),
          parameter);
      from = to;
    }
  }
}
