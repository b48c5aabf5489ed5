/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.ops.BaseOp;

/** Small checks that a graph's wiring does not contradict itself. */
public final class GraphCheck {
  /**
   * The suffix that SameDiff gives to gradients; a value that has it swallows the gradient of
   * another one.
   */
  static final String GRADIENT_SUFFIX = "-grad";

  /** The value from which SameDiff starts a gradient. */
  static final String GRADIENT_SEED = "one-var";

  private final Map<String, SameDiffOp> ops;
  private final Map<String, Variable> variables;
  private final SameDiff graph;
  private final List<String> problems = new ArrayList<>();

  private GraphCheck(SameDiff graph) {
    this.graph = graph;
    ops = graph.getOps();
    variables = graph.getVariables();
  }

  /**
   * Checks a graph.
   *
   * @param graph the graph
   * @throws BrokenGraphException if something is wrong, saying where
   */
  public static void check(SameDiff graph) {
    List<String> problems = problems(graph);
    if (!problems.isEmpty()) {
      throw new BrokenGraphException(problems);
    }
  }

  /**
   * Returns everything that is wrong with a graph.
   *
   * @param graph the graph
   * @return one sentence for each problem, none for a sound graph
   */
  public static List<String> problems(SameDiff graph) {
    GraphCheck check = new GraphCheck(graph);
    check.ops.forEach(check::node);
    check.variables.forEach(check::value);
    check.lossesAndOutputs();
    if (check.problems.isEmpty()) {
      check.acyclic();
    }
    return List.copyOf(check.problems);
  }

  /**
   * Returns the trainable values that no loss depends on: training would leave them as they are.
   *
   * @param graph a sound graph
   * @return their names, sorted; all trainable values if the graph has no loss
   */
  public static List<String> idle(SameDiff graph) {
    GraphView view = GraphView.of(graph);
    Set<String> idle = new TreeSet<>();
    view.trainables().forEach(value -> idle.add(value.name()));
    List<Value> open = new ArrayList<>(view.losses());
    Set<Value> seen = new HashSet<>(open);
    while (!open.isEmpty()) {
      Value value = open.remove(open.size() - 1);
      idle.remove(value.name());
      if (value.producer().isPresent()) {
        value.producer().get().inputs().stream().filter(seen::add).forEach(open::add);
      }
    }
    return List.copyOf(idle);
  }

  private void node(String name, SameDiffOp op) {
    if (op.getOp() == null || !name.equals(op.getName()) || !name.equals(op.getOp().getOwnName())) {
      problem("node '%s' is stored under another name", name);
      return;
    }
    inputsExist(name, op);
    outputsAgree(name, op);
    outputName(name, op);
  }

  private void inputsExist(String name, SameDiffOp op) {
    for (String input : orEmpty(op.getInputsToOp())) {
      Variable variable = variables.get(input);
      if (variable == null) {
        problem("node '%s' reads '%s', which does not exist", name, input);
      } else if (!orEmpty(variable.getInputsForOp()).contains(name)) {
        problem("node '%s' reads '%s', but is not among its consumers", name, input);
      }
    }
  }

  private void outputsAgree(String name, SameDiffOp op) {
    if (orEmpty(op.getOutputsOfOp()).isEmpty()) {
      problem("node '%s' produces nothing", name);
    }
    for (String output : orEmpty(op.getOutputsOfOp())) {
      Variable variable = variables.get(output);
      if (variable == null) {
        problem("node '%s' produces '%s', which does not exist", name, output);
      } else if (!name.equals(variable.getOutputOfOp())) {
        problem(
            "node '%s' produces '%s', which is produced by '%s'",
            name, output, variable.getOutputOfOp());
      }
    }
  }

  /**
   * A load takes the value that bears the node's name for its output, and a legacy op the name that
   * it has cached.
   */
  private void outputName(String name, SameDiffOp op) {
    List<String> outputs = orEmpty(op.getOutputsOfOp());
    if (outputs.size() == 1 && variables.containsKey(name) && !outputs.get(0).equals(name)) {
      problem(
          "node '%s' produces '%s', but another value bears the node's name: a load mixes them up",
          name, outputs.get(0));
    }
    if (op.getOp() instanceof BaseOp legacy
        && legacy.getZVertexId() != null
        && !outputs.contains(legacy.getZVertexId())) {
      problem("node '%s' still calls its output '%s'", name, legacy.getZVertexId());
    }
  }

  private void value(String name, Variable variable) {
    if (variable.getVariable() == null
        || !name.equals(variable.getName())
        || !name.equals(variable.getVariable().name())) {
      problem("value '%s' is stored under another name", name);
      return;
    }
    names(name);
    consumersAgree(name, variable);
    kind(name, variable);
  }

  private void names(String name) {
    if (name.endsWith(GRADIENT_SUFFIX) || name.equals(GRADIENT_SEED)) {
      problem("value '%s' has a name that is reserved for gradients", name);
    }
    if (name.endsWith(":0") && variables.containsKey(name.substring(0, name.length() - 2))) {
      problem(
          "values '%s' and '%s' cannot be told apart", name.substring(0, name.length() - 2), name);
    }
  }

  private void consumersAgree(String name, Variable variable) {
    Set<String> seen = new HashSet<>();
    for (String consumer : orEmpty(variable.getInputsForOp())) {
      SameDiffOp op = ops.get(consumer);
      if (op == null) {
        problem("value '%s' is read by node '%s', which does not exist", name, consumer);
      } else if (!orEmpty(op.getInputsToOp()).contains(name)) {
        problem(
            "value '%s' counts node '%s' among its consumers, which does not read it",
            name, consumer);
      } else if (!seen.add(consumer)) {
        problem("value '%s' counts node '%s' twice among its consumers", name, consumer);
      }
    }
  }

  private void kind(String name, Variable variable) {
    VariableType type = variable.getVariable().getVariableType();
    String producer = variable.getOutputOfOp();
    if (producer != null) {
      if (!ops.containsKey(producer)) {
        problem("value '%s' is produced by node '%s', which does not exist", name, producer);
      } else if (!orEmpty(ops.get(producer).getOutputsOfOp()).contains(name)) {
        problem("value '%s' is produced by node '%s', which does not produce it", name, producer);
      } else if (type != VariableType.ARRAY && type != VariableType.SEQUENCE) {
        problem("value '%s' is a %s, but node '%s' produces it", name, type, producer);
      }
    } else if (type == VariableType.ARRAY) {
      problem("value '%s' is computed by no node", name);
    }
    if (!StoredArrays.isHeld(graph, name, type)) {
      problem("value '%s' (%s) holds no array", name, type);
    }
  }

  private void lossesAndOutputs() {
    for (String loss : graph.getLossVariables()) {
      Variable variable = variables.get(loss);
      if (variable == null) {
        problem("loss '%s' does not exist", loss);
      } else if (variable.getVariable().getVariableType() != VariableType.ARRAY
          || !variable.getVariable().dataType().isFPType()) {
        problem("loss '%s' is no result of a floating point type", loss);
      }
    }
    for (String output : orEmpty(graph.outputs())) {
      if (!variables.containsKey(output)) {
        problem("output '%s' does not exist", output);
      }
    }
  }

  private void acyclic() {
    List<String> cycle = TopologicalOrder.of(graph).cycle();
    if (!cycle.isEmpty()) {
      problem("cycle through nodes %s", cycle);
    }
  }

  private void problem(String format, @Nullable Object... args) {
    problems.add(String.format(java.util.Locale.ROOT, format, args));
  }

  private static List<String> orEmpty(@Nullable List<String> list) {
    return list == null ? List.of() : list;
  }
}
