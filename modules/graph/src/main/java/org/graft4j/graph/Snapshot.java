/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.ArrayHolder;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;

/**
 * The structure of a graph at one moment: names, wiring, kinds and order, with references to arrays
 * but no copies of them.
 */
final class Snapshot {
  /** A node as it was. */
  record OpState(SameDiffOp op, List<String> inputs, List<String> outputs) {}

  /** A value as it was. */
  record ValueState(
      Variable variable,
      VariableType type,
      @Nullable String producer,
      @Nullable List<String> consumers,
      @Nullable INDArray array) {}

  private final Map<String, OpState> ops = new LinkedHashMap<>();
  private final Map<String, ValueState> values = new LinkedHashMap<>();
  private final List<String> losses;
  private final @Nullable List<String> outputs;
  private final @Nullable List<String> configured;
  private final @Nullable Map<String, GradientUpdater<?>> updaters;

  private Snapshot(SameDiff graph) {
    graph
        .getOps()
        .forEach(
            (name, op) ->
                ops.put(
                    name, new OpState(op, copy(op.getInputsToOp()), copy(op.getOutputsOfOp()))));
    graph.getVariables().forEach((name, variable) -> values.put(name, state(graph, variable)));
    losses = List.copyOf(graph.getLossVariables());
    outputs = graph.outputs() == null ? null : List.copyOf(graph.outputs());
    configured =
        graph.getTrainingConfig() == null ? null : graph.getTrainingConfig().getLossVariables();
    Map<String, GradientUpdater<?>> current = updaters(graph);
    updaters = current == null ? null : new HashMap<>(current);
  }

  /**
   * Takes a snapshot.
   *
   * @param graph the graph
   * @return the snapshot
   */
  static Snapshot of(SameDiff graph) {
    return new Snapshot(graph);
  }

  Map<String, OpState> ops() {
    return ops;
  }

  Map<String, ValueState> values() {
    return values;
  }

  List<String> losses() {
    return losses;
  }

  @Nullable List<String> configured() {
    return configured;
  }

  @Nullable List<String> outputs() {
    return outputs;
  }

  /**
   * Puts a graph back into this state, order included. The contents of arrays are left alone.
   *
   * @param graph the graph that the snapshot was taken of
   */
  void restore(SameDiff graph) {
    graph.getOps().clear();
    ops.forEach(
        (name, state) -> {
          state.op().setName(name);
          state.op().getOp().setOwnName(name);
          state.op().setInputsToOp(new ArrayList<>(state.inputs()));
          state.op().setOutputsOfOp(new ArrayList<>(state.outputs()));
          graph.getOps().put(name, state.op());
        });
    for (String name : List.copyOf(graph.getVariables().keySet())) {
      if (!values.containsKey(name)) {
        graph.getVariables().remove(name);
        StoredArrays.drop(graph, name);
      }
    }
    values.forEach((name, state) -> restore(graph, name, state));
    Map<String, GradientUpdater<?>> current = updaters(graph);
    if (updaters != null && current != null) {
      current.clear();
      current.putAll(updaters);
    }
    if (configured != null) {
      graph.getTrainingConfig().setLossVariables(configured);
    }
    graph.setOutputs(outputs);
    graph.setLossVariables(losses.toArray(String[]::new)); // drops the gradient function, too
    graph.getSessions().clear();
  }

  @SuppressWarnings("ReferenceEquality") // equality of variables compares names and lists
  private static void restore(SameDiff graph, String name, ValueState state) {
    Variable variable = state.variable();
    if (graph.getVariables().get(name) != variable) {
      graph.getVariables().put(name, variable);
    }
    variable.setName(name);
    variable.getVariable().setVarName(name);
    variable.setOutputOfOp(state.producer());
    variable.setInputsForOp(state.consumers() == null ? null : new ArrayList<>(state.consumers()));
    if (variable.getVariable().getVariableType() != state.type()
        || !StoredArrays.isHeld(graph, name, state.type())) {
      StoredArrays.move(graph, name, state.type(), state.array());
    }
  }

  private static ValueState state(SameDiff graph, Variable variable) {
    VariableType type = variable.getVariable().getVariableType();
    ArrayHolder holder = StoredArrays.holder(graph, type);
    INDArray array = holder == null ? null : holder.getArray(variable.getName());
    return new ValueState(
        variable, type, variable.getOutputOfOp(), copyOrNull(variable.getInputsForOp()), array);
  }

  private static List<String> copy(@Nullable List<String> list) {
    return list == null ? List.of() : List.copyOf(list);
  }

  private static @Nullable List<String> copyOrNull(@Nullable List<String> list) {
    return list == null ? null : List.copyOf(list);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // SameDiff declares the raw map
  private static @Nullable Map<String, GradientUpdater<?>> updaters(SameDiff graph) {
    return (Map) graph.getUpdaterMap();
  }
}
