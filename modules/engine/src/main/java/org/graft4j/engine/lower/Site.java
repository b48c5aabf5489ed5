/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.lower;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.ProgramBuilder;
import org.graft4j.engine.program.Shape;
import org.graft4j.graph.Node;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/** One node that is being lowered: its attributes, its inputs, and the program it is added to. */
final class Site {
  private final Node node;
  private final DifferentialFunction function;
  private final List<Term> inputs;
  private final ProgramBuilder builder;

  Site(Node node, List<Term> inputs, ProgramBuilder builder) {
    this.node = node;
    this.function = node.function();
    this.inputs = inputs;
    this.builder = builder;
  }

  /** The same node with another input. */
  Site with(int i, Term input) {
    List<Term> others = new ArrayList<>(inputs);
    others.set(i, input);
    return new Site(node, others, builder);
  }

  Node node() {
    return node;
  }

  DifferentialFunction function() {
    return function;
  }

  List<Term> inputs() {
    return inputs;
  }

  int arity() {
    return inputs.size();
  }

  Term input(int i) {
    if (i >= inputs.size()) {
      throw unsupported("it has " + inputs.size() + " inputs");
    }
    return inputs.get(i);
  }

  Shape shape(int i) {
    return input(i).shape();
  }

  Operand operand(int i) {
    return operand(input(i));
  }

  Operand operand(Term term) {
    return materialise(term, node.name(), builder);
  }

  static Operand materialise(Term term, String name, ProgramBuilder builder) {
    Operand operand = term.operand();
    if (operand == null) {
      INDArray known = term.known();
      if (known == null) {
        throw new IllegalStateException("a term without an array has no operand: " + name);
      }
      operand = builder.constant(name, known);
      term.operand(operand);
    }
    return operand;
  }

  /** The integers of an input that must be known before the graph runs. */
  long[] longs(int i) {
    INDArray known = input(i).known();
    if (known == null) {
      throw unsupported(
          "its input '"
              + node.input(i).name()
              + "' depends on the contents of a placeholder, but it decides a shape");
    }
    return known.isEmpty() ? new long[0] : known.reshape(known.length()).toLongVector();
  }

  @Nullable INDArray known(int i) {
    return i < inputs.size() ? input(i).known() : null;
  }

  /** The number that an input holds, or null when it is not one known number. */
  @Nullable Double number(int i) {
    INDArray known = known(i);
    return known == null || known.isEmpty() || known.length() != 1 ? null : known.getDouble(0);
  }

  long[] integers() {
    return function instanceof DynamicCustomOp custom ? custom.iArgs() : new long[0];
  }

  long integer(int i, long otherwise) {
    long[] integers = integers();
    return i < integers.length ? integers[i] : otherwise;
  }

  double real(int i, double otherwise) {
    double[] reals = function instanceof DynamicCustomOp custom ? custom.tArgs() : new double[0];
    return i < reals.length ? reals[i] : otherwise;
  }

  boolean flag(int i, boolean otherwise) {
    boolean[] flags = function instanceof DynamicCustomOp custom ? custom.bArgs() : new boolean[0];
    return i < flags.length ? flags[i] : otherwise;
  }

  /** An axis counted from the front. */
  static int axis(long axis, int rank) {
    return Math.toIntExact(axis < 0 ? axis + rank : axis);
  }

  static int[] axes(long[] axes, int rank) {
    return Arrays.stream(axes).mapToInt(axis -> axis(axis, rank)).sorted().distinct().toArray();
  }

  /** The type that the graph declares for the first output. */
  DataType declaredType() {
    return node.output().dataType();
  }

  Operand scalar(DataType type, double value) {
    return builder.scalar(type, value);
  }

  int newStream() {
    return builder.newStream();
  }

  Operand add(Op op, Operand... operands) {
    return builder.add(node.name(), op, operands);
  }

  List<Operand> addAll(Op op, List<Operand> operands) {
    return builder.addAll(node.name(), op, operands);
  }

  Operand cast(Operand operand, DataType type) {
    return operand.dataType() == type ? operand : add(new Op.Cast(type), operand);
  }

  Operand reshape(Operand operand, Shape shape) {
    return operand.shape().equals(shape) ? operand : add(new Op.Reshape(shape), operand);
  }

  static List<Term> one(Operand operand) {
    return List.of(Term.of(operand));
  }

  IllegalArgumentException unsupported(String reason) {
    return new IllegalArgumentException(
        "op '" + node.op() + "' (node '" + node.name() + "') cannot be compiled: " + reason);
  }
}
