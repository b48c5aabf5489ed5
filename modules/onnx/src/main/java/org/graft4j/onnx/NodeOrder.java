/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.graft4j.onnx.OnnxModel.Node;
import org.graft4j.onnx.OnnxModel.ValueInfo;

/**
 * Picks the nodes that a graph's outputs need and puts them in an order in which each follows what
 * it reads.
 */
final class NodeOrder {
  private NodeOrder() {}

  /**
   * Returns the needed nodes, in the file's order where that is right.
   *
   * @throws OnnxFormatException if something that is read is not there, is made twice, or needs
   *     itself
   */
  static List<Node> needed(
      String file, List<Node> nodes, Set<String> given, List<ValueInfo> outputs) {
    Map<String, Integer> makers = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (String output : nodes.get(i).outputs()) {
        if (!output.isEmpty() && (makers.put(output, i) != null || given.contains(output))) {
          throw new OnnxFormatException(
              String.format(
                  Locale.ROOT,
                  "%s: value '%s' is made twice, again by node '%s'",
                  file,
                  output,
                  nodes.get(i).label()));
        }
      }
    }
    boolean[] needed = new boolean[nodes.size()];
    Deque<Integer> open = new ArrayDeque<>();
    for (ValueInfo output : outputs) {
      Integer maker = makers.get(output.name());
      if (maker == null && !given.contains(output.name())) {
        throw new OnnxFormatException(
            String.format(
                Locale.ROOT, "%s: nothing produces the output '%s'", file, output.name()));
      }
      if (maker != null) {
        open.push(maker);
      }
    }
    while (!open.isEmpty()) {
      int at = open.pop();
      if (needed[at]) {
        continue;
      }
      needed[at] = true;
      for (String input : nodes.get(at).inputs()) {
        Integer maker = makers.get(input);
        if (maker != null) {
          open.push(maker);
        } else if (!input.isEmpty() && !given.contains(input)) {
          throw new OnnxFormatException(
              String.format(
                  Locale.ROOT,
                  "%s: node '%s' reads '%s', which nothing produces",
                  file,
                  nodes.get(at).label(),
                  input));
        }
      }
    }
    return sorted(file, nodes, needed, makers);
  }

  private static List<Node> sorted(
      String file, List<Node> nodes, boolean[] needed, Map<String, Integer> makers) {
    List<Node> sorted = new ArrayList<>();
    Set<Integer> done = new HashSet<>();
    List<Integer> waiting = new ArrayList<>();
    for (int i = 0; i < needed.length; i++) {
      if (needed[i]) {
        waiting.add(i);
      }
    }
    while (!waiting.isEmpty()) {
      List<Integer> still = new ArrayList<>();
      for (int at : waiting) {
        boolean ready =
            nodes.get(at).inputs().stream()
                .allMatch(
                    input -> {
                      Integer maker = makers.get(input);
                      return maker == null || done.contains(maker);
                    });
        if (ready) {
          sorted.add(nodes.get(at));
          done.add(at);
        } else {
          still.add(at);
        }
      }
      if (still.size() == waiting.size()) {
        throw new OnnxFormatException(
            String.format(
                Locale.ROOT,
                "%s: node '%s' needs its own output: the graph has a cycle",
                file,
                nodes.get(still.get(0)).label()));
      }
      waiting = still;
    }
    return sorted;
  }
}
