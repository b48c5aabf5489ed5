/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;

/**
 * The names of all nodes, producers before consumers.
 *
 * @param names all nodes; with a cycle, in some order
 * @param cycle the nodes of one cycle, empty if there is none
 */
record TopologicalOrder(List<String> names, List<String> cycle) {
  /*
   * Depth first in the order of creation, each node after what it needs: nodes that were created in topological order stay
   * in it, and what an edit appended stands right before its first consumer. Loops of control flow are closed by
   * next_iteration -> merge (SameDiff's counter: merge -> itself); that edge leads into the next frame and is no cycle.
   */
  private static final class Visit {
    final String name;
    final Iterator<String> needs;

    Visit(String name, Iterator<String> needs) {
      this.name = name;
      this.needs = needs;
    }
  }

  /**
   * Orders the nodes of a graph. Edges to things that do not exist are passed over.
   *
   * @param graph the graph
   * @return the order
   */
  static TopologicalOrder of(SameDiff graph) {
    Map<String, SameDiffOp> ops = graph.getOps();
    List<String> order = new ArrayList<>(ops.size());
    Map<String, Boolean> done = new HashMap<>();
    List<String> cycle = List.of();
    for (String root : ops.keySet()) {
      if (done.containsKey(root)) {
        continue;
      }
      Deque<Visit> path = new ArrayDeque<>();
      done.put(root, false);
      path.push(new Visit(root, needs(graph, root)));
      while (!path.isEmpty()) {
        Visit visit = path.getFirst();
        if (!visit.needs.hasNext()) {
          done.put(visit.name, true);
          order.add(visit.name);
          path.pop();
          continue;
        }
        String need = visit.needs.next();
        Boolean state = done.get(need);
        if (state == null) {
          done.put(need, false);
          path.push(new Visit(need, needs(graph, need)));
        } else if (!state && cycle.isEmpty()) {
          cycle = cycle(path, need);
        }
      }
    }
    return new TopologicalOrder(order, cycle);
  }

  private static Iterator<String> needs(SameDiff graph, String name) {
    SameDiffOp op = GraphView.op(graph, name);
    List<String> needs = new ArrayList<>();
    boolean merge = op.getOp() != null && op.getOp().opName().equals("merge");
    for (String value : orEmpty(op.getInputsToOp())) {
      Variable variable = graph.getVariables().get(value);
      String producer = variable == null ? null : variable.getOutputOfOp();
      if (producer == null || !graph.getOps().containsKey(producer)) {
        continue;
      }
      boolean loop =
          producer.equals(name)
              || GraphView.op(graph, producer).getOp().opName().equals("next_iteration");
      if (merge && loop) {
        continue;
      }
      needs.add(producer);
    }
    for (String other : orEmpty(op.getControlDeps())) {
      if (graph.getOps().containsKey(other)) {
        needs.add(other);
      }
    }
    return needs.iterator();
  }

  private static List<String> orEmpty(@Nullable List<String> list) {
    return list == null ? List.of() : list;
  }

  private static List<String> cycle(Deque<Visit> path, String closing) {
    List<String> cycle = new ArrayList<>();
    for (Visit visit : path) {
      cycle.add(visit.name);
      if (visit.name.equals(closing)) {
        break;
      }
    }
    Collections.reverse(cycle);
    return List.copyOf(cycle);
  }
}
