/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ops.BaseOp;

/** Gives nodes the names of their first outputs. */
final class NodeNames {
  /*
   * sd.math.add("sum", a, b) makes a node 'add' with an output 'sum'. A load looks for the output of a node under the node's
   * own name first, so that a later value 'add' would silently become the output. Equal names leave no room for that.
   */
  private NodeNames() {}

  /**
   * Renames nodes, keeping their order.
   *
   * @param graph the graph
   * @param names the nodes to look at
   * @throws IllegalArgumentException if another node has the name already
   */
  static void align(SameDiff graph, Collection<String> names) {
    Map<String, SameDiffOp> ops = graph.getOps();
    Map<String, String> renamed = new LinkedHashMap<>();
    for (String name : names) {
      SameDiffOp op = GraphView.op(graph, name);
      List<String> outputs = op.getOutputsOfOp();
      boolean ordered =
          op.getControlDeps() != null
              || op.getControlDepFor() != null
              || op.getVarControlDeps() != null;
      boolean named = outputs != null && !outputs.isEmpty() && !outputs.get(0).equals(name);
      if (named && !ordered) { // control dependencies name nodes; what has them keeps its name
        renamed.put(name, outputs.get(0));
      }
    }
    if (renamed.isEmpty()) {
      return;
    }
    Map<String, SameDiffOp> all = new LinkedHashMap<>();
    for (Map.Entry<String, SameDiffOp> entry : ops.entrySet()) {
      String name = renamed.getOrDefault(entry.getKey(), entry.getKey());
      if (all.put(name, entry.getValue()) != null) {
        throw new IllegalArgumentException(
            "two nodes named '" + name + "'; choose another name for one of them");
      }
    }
    ops.clear();
    ops.putAll(all);
    renamed.forEach((from, to) -> tell(graph, from, to));
  }

  /**
   * Renames one node that was made just now; it becomes the last in order.
   *
   * @param graph the graph
   * @param from its name
   * @param to its name from now on, not taken
   */
  static void rename(SameDiff graph, String from, String to) {
    if (!from.equals(to)) {
      SameDiffOp op = GraphView.op(graph, from);
      graph.getOps().remove(from);
      graph.getOps().put(to, op);
      tell(graph, from, to);
    }
  }

  /** Tells a node and its neighbours the node's new name. */
  private static void tell(SameDiff graph, String from, String to) {
    SameDiffOp op = GraphView.op(graph, to);
    op.setName(to);
    op.getOp().setOwnName(to);
    if (op.getOp() instanceof BaseOp legacy && legacy.getZVertexId() != null) {
      legacy.setZVertexId(op.getOutputsOfOp().get(0)); // caches the name of its output
    }
    op.getOutputsOfOp().forEach(output -> GraphView.variable(graph, output).setOutputOfOp(to));
    for (String input : op.getInputsToOp() == null ? List.<String>of() : op.getInputsToOp()) {
      GraphView.variable(graph, input)
          .getInputsForOp()
          .replaceAll(reader -> reader.equals(from) ? to : reader);
    }
  }
}
