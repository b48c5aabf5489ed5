/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An edge of a graph: a handle that holds the value's name and reads everything else from the graph
 * as it is now.
 */
public final class Value extends Element {
  Value(GraphView view, String name) {
    super(view, name);
  }

  /** Where a value comes from. */
  public enum Kind {
    /** The caller feeds it. */
    PLACEHOLDER,
    /** It holds an array that training leaves alone. */
    CONSTANT,
    /** It holds an array that training changes. */
    TRAINABLE,
    /** A node computes it. */
    ACTIVATION
  }

  /**
   * Returns where the value comes from.
   *
   * @return the kind
   */
  public Kind kind() {
    return switch (type()) {
      case PLACEHOLDER -> Kind.PLACEHOLDER;
      case CONSTANT -> Kind.CONSTANT;
      case VARIABLE -> Kind.TRAINABLE;
      case ARRAY, SEQUENCE -> Kind.ACTIVATION;
    };
  }

  /**
   * Returns whether the value is a constant.
   *
   * @return whether the kind is {@link Kind#CONSTANT}
   */
  public boolean isConstant() {
    return type() == VariableType.CONSTANT;
  }

  /**
   * Returns whether the value is trained.
   *
   * @return whether the kind is {@link Kind#TRAINABLE}
   */
  public boolean isTrainable() {
    return type() == VariableType.VARIABLE;
  }

  /**
   * Returns whether the value holds an array: a constant or a trainable one.
   *
   * @return whether {@link #array()} has something to return
   */
  public boolean isStored() {
    return isConstant() || isTrainable();
  }

  /**
   * Returns the type of the elements.
   *
   * @return the data type; {@link DataType#UNKNOWN} if SameDiff does not know it
   */
  public DataType dataType() {
    return variable().dataType();
  }

  /**
   * Returns the declared shape: of a placeholder with -1 for what is dynamic, of a constant or
   * trainable that of its array.
   *
   * @return a copy of the shape, or null if it is unknown, as that of results is
   */
  public long @Nullable [] shape() {
    if (isStored()) {
      return array().shape().clone();
    }
    long[] shape = kind() == Kind.PLACEHOLDER ? variable().placeholderShape() : null;
    return shape == null ? null : shape.clone();
  }

  /**
   * Returns the node that computes the value.
   *
   * @return the producer, nothing for what is stored or fed
   */
  public Optional<Node> producer() {
    String producer = stored().getOutputOfOp();
    return producer == null ? Optional.empty() : view.findNode(producer);
  }

  /**
   * Returns the nodes that read the value, each once.
   *
   * @return the consumers
   */
  public List<Node> consumers() {
    List<String> consumers = stored().getInputsForOp();
    return consumers == null
        ? List.of()
        : consumers.stream().map(consumer -> new Node(view, consumer)).toList();
  }

  /**
   * Returns the array of a constant or a trainable value. It is the graph's own: writing into it
   * changes the graph.
   *
   * @return the array
   * @throws IllegalStateException if the value holds none
   */
  public INDArray array() {
    INDArray array = isStored() ? variable().getArr() : null;
    if (array == null) {
      throw new IllegalStateException("'" + name + "' (" + kind() + ") holds no array");
    }
    return array;
  }

  /**
   * Returns the number that a constant of one element holds.
   *
   * @return the number, or nothing if the value is no numeric constant or has another number of
   *     elements
   */
  public OptionalDouble scalar() {
    if (!isConstant() || !dataType().isNumerical() || array().length() != 1) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(array().getDouble(0));
  }

  /**
   * Returns SameDiff's object for the value.
   *
   * @return the variable
   */
  public SDVariable variable() {
    return stored().getVariable();
  }

  Variable stored() {
    Variable variable = view.variables().get(name);
    if (variable == null) {
      throw new IllegalStateException("value '" + name + "' is no longer in the graph");
    }
    return variable;
  }

  private VariableType type() {
    return variable().getVariableType();
  }
}
