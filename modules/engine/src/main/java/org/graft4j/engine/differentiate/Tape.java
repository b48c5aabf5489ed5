/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.differentiate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.ProgramBuilder;
import org.graft4j.engine.program.ReduceKind;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.TensorType;
import org.graft4j.engine.program.UnaryKind;
import org.jspecify.annotations.Nullable;

/**
 * Collects the gradients of operands while a program is walked backwards, and appends the
 * instructions that compute them.
 */
final class Tape {
  private final ProgramBuilder builder;
  private final boolean[] dependents;
  private final Map<Operand, Operand> gradients = new HashMap<>();
  private String origin = "";

  Tape(ProgramBuilder builder, boolean[] dependents) {
    this.builder = builder;
    this.dependents = dependents;
  }

  /** Names the node whose instructions follow. */
  void at(String node) {
    origin = "gradient of " + node;
  }

  /** Whether a gradient of the operand is of use: it depends on a trainable. */
  boolean wants(Operand operand) {
    return operand.id() < dependents.length && dependents[operand.id()];
  }

  boolean isGiven(Operand operand) {
    return gradients.containsKey(operand);
  }

  @Nullable Operand taken(Operand operand) {
    return gradients.get(operand);
  }

  /**
   * Adds a contribution to an operand's gradient; axes that the operand was broadcast along are
   * summed.
   */
  void give(Operand operand, Operand contribution) {
    if (!wants(operand)) {
      return;
    }
    Operand fitting = reduceTo(contribution, operand.shape());
    Operand before = gradients.get(operand);
    gradients.put(operand, before == null ? fitting : binary(BinaryKind.ADD, before, fitting));
  }

  Operand add(Op op, Operand... inputs) {
    return builder.add(origin, op, inputs);
  }

  List<Operand> addAll(Op op, List<Operand> inputs) {
    return builder.addAll(origin, op, inputs);
  }

  Operand binary(BinaryKind kind, Operand a, Operand b) {
    return add(new Op.Binary(kind), a, b);
  }

  Operand multiply(Operand a, Operand b) {
    return binary(BinaryKind.MUL, a, b);
  }

  Operand scale(Operand a, double factor) {
    return multiply(a, scalar(a, factor));
  }

  Operand unary(UnaryKind kind, Operand a) {
    return add(new Op.Unary(kind), a);
  }

  Operand scalar(Operand like, double value) {
    return builder.scalar(like.dataType(), value);
  }

  Operand reshape(Operand a, Shape shape) {
    return a.shape().equals(shape) ? a : add(new Op.Reshape(shape), a);
  }

  Operand fill(Operand like, double value) {
    return add(new Op.Fill(new TensorType(like.dataType(), like.shape()), value));
  }

  /** Sums what broadcasting repeated. */
  Operand reduceTo(Operand gradient, Shape shape) {
    if (gradient.shape().equals(shape)) {
      return gradient;
    }
    int extra = gradient.shape().rank() - shape.rank();
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < gradient.shape().rank(); i++) {
      if (i < extra || (shape.size(i - extra) == 1 && gradient.shape().size(i) != 1)) {
        axes.add(i);
      }
    }
    Operand sum = gradient;
    if (!axes.isEmpty()) {
      int[] array = axes.stream().mapToInt(Integer::intValue).toArray();
      sum = add(Op.Reduce.of(ReduceKind.SUM, false, array), gradient);
    }
    return reshape(sum, shape);
  }
}
