/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;

/**
 * An operation of a graph: a handle that holds the node's name and reads everything else from the
 * graph as it is now.
 */
public final class Node extends Element {
  Node(GraphView view, String name) {
    super(view, name);
  }

  /**
   * Returns the type of the operation, such as {@code "matmul"} or {@code "add"}.
   *
   * @return SameDiff's name of the operation
   */
  public String op() {
    return function().opName();
  }

  /**
   * Returns whether the operation is one of these types.
   *
   * @param ops names of operations
   * @return whether one of them is {@link #op()}
   */
  public boolean is(String... ops) {
    String mine = op();
    for (String op : ops) {
      if (op.equals(mine)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the values that the node reads, in order; a value that is read twice stands there
   * twice.
   *
   * @return the inputs
   * @throws BrokenGraphException if an input does not exist
   */
  public List<Value> inputs() {
    return values(stored().getInputsToOp(), "reads");
  }

  /**
   * Returns one input.
   *
   * @param i its index
   * @return the input
   * @throws IllegalArgumentException if there are not so many inputs
   */
  public Value input(int i) {
    return at(inputs(), i, "input");
  }

  /**
   * Returns the values that the node produces, in order.
   *
   * @return the outputs, at least one
   * @throws BrokenGraphException if an output does not exist
   */
  public List<Value> outputs() {
    return values(stored().getOutputsOfOp(), "produces");
  }

  /**
   * Returns the first output.
   *
   * @return the output
   */
  public Value output() {
    return at(outputs(), 0, "output");
  }

  /**
   * Returns the settings of the operation.
   *
   * @return the attributes
   */
  public Attributes attributes() {
    return Attributes.of(this);
  }

  /**
   * Returns SameDiff's object for the operation. It is shared with the graph: look, don't change.
   *
   * @return the operation
   */
  public DifferentialFunction function() {
    return stored().getOp();
  }

  SameDiffOp stored() {
    SameDiffOp op = view.ops().get(name);
    if (op == null) {
      throw new IllegalStateException("node '" + name + "' is no longer in the graph");
    }
    return op;
  }

  private List<Value> values(@Nullable List<String> names, String verb) {
    if (names == null) {
      return List.of();
    }
    List<Value> values = new ArrayList<>(names.size());
    for (String each : names) {
      String canonical = view.canonical(each);
      if (canonical == null) {
        throw new BrokenGraphException(
            "node '" + name + "' " + verb + " '" + each + "', which does not exist");
      }
      values.add(new Value(view, canonical));
    }
    return values;
  }

  private Value at(List<Value> values, int i, String what) {
    if (i < 0 || i >= values.size()) {
      throw new IllegalArgumentException(
          "node '"
              + name
              + "' ("
              + op()
              + ") has "
              + values.size()
              + " "
              + what
              + "s, not one at index "
              + i);
    }
    return values.get(i);
  }
}
