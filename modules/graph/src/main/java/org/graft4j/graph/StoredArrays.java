/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.ArrayHolder;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;

/** The places where a graph keeps arrays: one holder for each kind of stored value. */
final class StoredArrays {
  /*
   * SameDiff#convertToConstants is not used, since it closes the updater state of what it freezes, which could not be undone.
   */
  private StoredArrays() {}

  /**
   * Returns the holder for a kind of value.
   *
   * @param graph the graph
   * @param type the kind
   * @return the holder, or null if values of the kind are not stored
   */
  static @Nullable ArrayHolder holder(SameDiff graph, VariableType type) {
    return switch (type) {
      case CONSTANT -> graph.getConstantArrays();
      case VARIABLE -> graph.getVariablesArrays();
      default -> null;
    };
  }

  /**
   * Returns whether the array of a value lies where its kind says.
   *
   * @param graph the graph
   * @param name the value
   * @param type its kind
   * @return whether it does; true for values that are not stored
   */
  static boolean isHeld(SameDiff graph, String name, VariableType type) {
    ArrayHolder holder = holder(graph, type);
    return holder == null || holder.hasArray(name);
  }

  /**
   * Makes a value one of another kind, with its array in the right place and in no other.
   *
   * @param graph the graph
   * @param name the value
   * @param type its kind from now on
   * @param array its array, null for one that is not stored
   */
  static void move(SameDiff graph, String name, VariableType type, @Nullable INDArray array) {
    drop(graph, name);
    SDVariable variable = GraphView.variable(graph, name).getVariable();
    variable.setVariableType(type);
    ArrayHolder holder = holder(graph, type);
    if (holder != null && array != null) {
      holder.setArray(name, array);
    }
  }

  /**
   * Forgets the array of a value, and the updater that trained it.
   *
   * @param graph the graph
   * @param name the value
   */
  static void drop(SameDiff graph, String name) {
    graph.getConstantArrays().removeArray(name);
    graph.getVariablesArrays().removeArray(name);
    @SuppressWarnings("rawtypes") // as SameDiff declares it
    Map<String, GradientUpdater> updaters = graph.getUpdaterMap();
    if (updaters != null) {
      updaters.remove(name);
    }
  }
}
