/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;

/** What a committed edit did, by names; able to take it back, here or in a copy of the graph. */
public final class EditLog {
  /*
   * Only what the edit touched is kept, so that edits of other parts of the graph may come later and stay.
   */
  private record Rewire(String node, int input, String from, String to) {}

  private final SameDiff graph;
  private final Map<String, List<String>> added = new LinkedHashMap<>();
  private final List<String> addedValues;
  private final List<Rewire> rewires = new ArrayList<>();
  private final Map<String, Snapshot.OpState> removedNodes = new LinkedHashMap<>();
  private final Map<String, Snapshot.ValueState> removedValues = new LinkedHashMap<>();
  private final Map<String, VariableType> kinds = new LinkedHashMap<>();
  private final Map<String, @Nullable List<String>> consumers = new LinkedHashMap<>();
  private final List<String> order;
  private final Ends losses;
  private final Ends outputs;
  private final Ends configured;
  private boolean undone;

  /**
   * Names of losses or declared outputs before and after the edit, and where the edit moved which.
   */
  private record Ends(
      @Nullable List<String> before, @Nullable List<String> after, Map<String, String> moved) {
    @Nullable List<String> undo(@Nullable List<String> current, Set<String> gone) {
      if (Objects.equals(current, after)) {
        return before;
      }
      if (current == null) {
        return null;
      }
      Set<String> names = new LinkedHashSet<>();
      for (String name : current) {
        String origin = name;
        for (int steps = 0; origin != null && gone.contains(origin); steps++) {
          origin = steps < moved.size() ? moved.get(origin) : null; // moves may lead in a circle
        }
        if (origin != null) {
          names.add(origin);
        }
      }
      return List.copyOf(names);
    }
  }

  EditLog(SameDiff graph, Snapshot before, Snapshot after, Map<String, String> moved) {
    this.graph = graph;
    after
        .ops()
        .forEach(
            (name, state) -> {
              if (!before.ops().containsKey(name)) {
                added.put(name, state.inputs());
              }
            });
    addedValues = missing(after.values().keySet(), before.values().keySet());
    order = List.copyOf(before.ops().keySet());
    losses = new Ends(before.losses(), after.losses(), Map.copyOf(moved));
    outputs = new Ends(before.outputs(), after.outputs(), Map.copyOf(moved));
    configured = new Ends(before.configured(), after.configured(), Map.copyOf(moved));
    before
        .ops()
        .forEach(
            (name, was) -> {
              Snapshot.OpState is = after.ops().get(name);
              if (is == null) {
                removedNodes.put(name, was);
              } else {
                rewires(name, was.inputs(), is.inputs());
              }
            });
    before
        .values()
        .forEach(
            (name, was) -> {
              Snapshot.ValueState is = after.values().get(name);
              if (is == null) {
                removedValues.put(name, was);
                return;
              }
              if (is.type() != was.type()) {
                kinds.put(name, was.type());
              }
              if (!Objects.equals(is.consumers(), was.consumers())) {
                consumers.put(name, was.consumers());
              }
            });
  }

  /**
   * Returns the nodes that the edit added.
   *
   * @return their names, in the order of creation
   */
  public List<String> addedNodes() {
    return List.copyOf(added.keySet());
  }

  /**
   * Returns the values that the edit added.
   *
   * @return their names, sorted
   */
  public List<String> addedValues() {
    return addedValues;
  }

  /**
   * Puts back what the edit changed: the same wiring in the same order. Later edits of other parts
   * stay, and arrays of what stays are left alone.
   *
   * @throws IllegalStateException if the edit was undone already, or a later edit builds on it
   */
  public void undo() {
    if (undone) {
      throw new IllegalStateException("the edit was undone already");
    }
    undo(graph);
    undone = true;
  }

  /**
   * Takes the edit back in a copy of the graph, as {@link #undo()} does in the graph itself, which
   * stays as it is.
   *
   * @param copy a graph of the same names
   * @throws IllegalStateException if a later edit builds on this one, or this one removed nodes,
   *     which only the graph itself can take back
   */
  @SuppressWarnings("ReferenceEquality") // the same graph, not an equal one
  public void undo(SameDiff copy) {
    if (copy != graph && !removedNodes.isEmpty()) {
      throw new IllegalStateException(
          "the edit removed nodes "
              + removedNodes.keySet()
              + "; it can be undone in its own graph only");
    }
    requireOnTop(copy);
    Snapshot now = Snapshot.of(copy);
    try {
      apply(copy);
      GraphCheck.check(copy);
    } catch (RuntimeException e) {
      now.restore(copy);
      throw e;
    }
  }

  private void rewires(String node, List<String> was, List<String> is) {
    for (int i = 0; i < was.size(); i++) {
      if (!was.get(i).equals(is.get(i))) {
        rewires.add(new Rewire(node, i, was.get(i), is.get(i)));
      }
    }
  }

  /** Makes sure that no other edit builds on what this one made. */
  private void requireOnTop(SameDiff target) {
    GraphView view = GraphView.of(target);
    Map<String, Set<Integer>> back = new HashMap<>();
    for (Rewire rewire : rewires) {
      Node node = view.findNode(rewire.node()).orElseThrow(() -> gone(rewire.node()));
      String reads = node.input(rewire.input()).name();
      if (!reads.equals(rewire.to())) {
        throw later(
            "node '"
                + node
                + "' reads '"
                + reads
                + "' where the edit let it read '"
                + rewire.to()
                + "'");
      }
      back.computeIfAbsent(rewire.node(), key -> new HashSet<>()).add(rewire.input());
    }
    added.forEach(
        (name, inputs) -> {
          List<Value> now = view.findNode(name).orElseThrow(() -> gone(name)).inputs();
          for (int i = 0; i < inputs.size(); i++) {
            if (!now.get(i).name().equals(inputs.get(i))) {
              throw later(
                  "node '"
                      + name
                      + "', which the edit added, reads '"
                      + now.get(i)
                      + "' instead of '"
                      + inputs.get(i)
                      + "'");
            }
          }
        });
    for (String name : addedValues) {
      Value value = view.findValue(name).orElseThrow(() -> gone(name));
      for (Node reader : value.consumers()) {
        List<Value> inputs = reader.inputs();
        for (int i = 0; i < inputs.size() && !added.containsKey(reader.name()); i++) {
          if (inputs.get(i).equals(value)
              && !back.getOrDefault(reader.name(), Set.of()).contains(i)) {
            throw later("node '" + reader + "' reads '" + name + "', which the edit added");
          }
        }
      }
    }
    for (String name : removedValues.keySet()) {
      if (target.getVariables().containsKey(name)) {
        throw later("the name '" + name + "' is taken again");
      }
    }
  }

  private void apply(SameDiff target) {

    Map<String, Variable> variables = target.getVariables();
    List<String> endings = losses.undo(target.getLossVariables(), Set.copyOf(addedValues));
    List<String> results = outputs.undo(target.outputs(), Set.copyOf(addedValues));
    removedValues.forEach((name, state) -> revive(target, name, state));
    kinds.forEach(
        (name, type) -> setKind(target, GraphView.variable(target, name).getVariable(), type));
    for (Rewire rewire : rewires) {
      target.replaceArgFor(
          rewire.input(),
          GraphView.variable(target, rewire.from()).getVariable(),
          GraphView.op(target, rewire.node()).getOp());
    }
    for (String name : added.keySet()) {
      SameDiffOp op = GraphView.op(target, name);
      target.getOps().remove(name);
      for (String input : op.getInputsToOp() == null ? List.<String>of() : op.getInputsToOp()) {
        Variable variable = variables.get(input);
        if (variable != null && variable.getInputsForOp() != null) {
          variable.getInputsForOp().remove(name);
        }
      }
    }
    for (String name : addedValues) {
      variables.remove(name);
      StoredArrays.drop(target, name);
    }
    reviveNodes(target);
    consumers.forEach((name, was) -> sort(GraphView.variable(target, name), was));
    target.setOutputs(results);
    TrainingConfig config = target.getTrainingConfig();
    if (config != null) {
      config.setLossVariables(configured.undo(config.getLossVariables(), Set.copyOf(addedValues)));
    }
    target.setLossVariables(endings == null ? new String[0] : endings.toArray(String[]::new));
    GraphEditor.forgetRuns(target);
  }

  private static void setKind(SameDiff target, SDVariable variable, VariableType type) {
    if (type == VariableType.VARIABLE) {
      target.convertToVariables(List.of(variable));
    } else {
      StoredArrays.move(target, variable.name(), type, variable.getArr());
    }
  }

  @SuppressWarnings("ReferenceEquality") // the same graph, not an equal one
  private void revive(SameDiff target, String name, Snapshot.ValueState state) {
    Variable variable = state.variable();
    if (target != graph) {
      SDVariable twin = variable.getVariable().clone(target);
      variable = Variable.builder().name(name).variable(twin).build();
    }
    variable.setInputsForOp(state.consumers() == null ? null : new ArrayList<>());
    target.getVariables().put(name, variable);
    StoredArrays.move(target, name, state.type(), state.array());
  }

  /** Puts removed nodes back to where they stood; what came later stays behind. */
  private void reviveNodes(SameDiff target) {
    if (removedNodes.isEmpty()) {
      return;
    }
    Map<String, SameDiffOp> later = new LinkedHashMap<>(target.getOps());
    target.getOps().clear();
    for (String name : order) {
      Snapshot.OpState state = removedNodes.get(name);
      SameDiffOp op = state == null ? later.get(name) : state.op();
      if (op != null) {
        target.getOps().put(name, op);
      }
    }
    later.forEach(target.getOps()::putIfAbsent);
    removedNodes.forEach(
        (name, state) -> {
          state.op().setInputsToOp(new ArrayList<>(state.inputs()));
          for (String input : new LinkedHashSet<>(state.inputs())) {
            Variable variable = GraphView.variable(target, input);
            if (variable.getInputsForOp() == null) {
              variable.setInputsForOp(new ArrayList<>());
            }
            variable.getInputsForOp().add(name);
          }
        });
    removedValues.forEach(
        (name, state) -> sort(GraphView.variable(target, name), state.consumers()));
  }

  /** Brings consumers back into their order; those that came later stand behind. */
  private static void sort(Variable variable, @Nullable List<String> was) {
    List<String> now = variable.getInputsForOp() == null ? List.of() : variable.getInputsForOp();
    if (was == null && now.isEmpty()) {
      variable.setInputsForOp(null);
      return;
    }
    List<String> sorted = new ArrayList<>(was == null ? List.of() : was);
    sorted.retainAll(now);
    now.stream().filter(name -> !sorted.contains(name)).forEach(sorted::add);
    variable.setInputsForOp(sorted);
  }

  private static List<String> missing(Set<String> names, Set<String> from) {
    return names.stream().filter(name -> !from.contains(name)).toList();
  }

  private static IllegalStateException gone(String name) {
    return later("'" + name + "' is gone");
  }

  private static IllegalStateException later(String what) {
    return new IllegalStateException("a later edit is in the way: " + what + "; undo that first");
  }
}
