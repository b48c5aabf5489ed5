/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.rewrite;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.graft4j.graph.GraphEditor;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.nd4j.autodiff.samediff.SameDiff;

/** Applies rules to a graph until none fires, in one transaction. */
public final class Rewriter {
  private static final int SWEEPS = 100;

  private final List<Rule> rules;

  private Rewriter(List<Rule> rules) {
    this.rules = rules;
  }

  /**
   * Makes a rewriter.
   *
   * @param rules the rules; at each node they are tried in this order
   * @return the rewriter
   */
  public static Rewriter of(Rule... rules) {
    return new Rewriter(List.of(rules));
  }

  /**
   * Rewrites a graph: all nodes, producers first, again and again until a whole sweep changes
   * nothing.
   *
   * @param graph the graph
   * @return what was done and what was refused
   * @throws IllegalStateException if the rules do not come to rest; the graph is as before then
   * @throws org.graft4j.graph.BrokenGraphException if a rule broke the graph; it is as before then
   */
  public RewriteReport rewrite(SameDiff graph) {
    try (GraphEditor editor = GraphEditor.open(graph)) {
      List<RewriteReport.Fired> fired = new ArrayList<>();
      for (int sweep = 0; sweep < SWEEPS; sweep++) {
        List<RewriteReport.Refused> refused = new ArrayList<>();
        if (!sweep(editor, fired, refused)) {
          return new RewriteReport(fired, refused, editor.commit());
        }
      }
      throw new IllegalStateException("rules do not come to rest: " + fired.get(fired.size() - 1));
    }
  }

  private boolean sweep(
      GraphEditor editor, List<RewriteReport.Fired> fired, List<RewriteReport.Refused> refused) {
    int before = fired.size();
    for (Node node : editor.view().nodes()) {
      for (Rule rule : rules) {
        if (editor.view().findNode(node.name()).isPresent()) {
          at(node, rule, editor, fired, refused);
        }
      }
    }
    return fired.size() > before;
  }

  private static void at(
      Node node,
      Rule rule,
      GraphEditor editor,
      List<RewriteReport.Fired> fired,
      List<RewriteReport.Refused> refused) {
    Value root = node.output();
    Outcome outcome = rule.pattern().match(root);
    if (outcome instanceof Match match) {
      Optional<Refusal> objection = rule.check(match);
      if (objection.isEmpty()) {
        fired.add(apply(rule, match, editor));
        return;
      }
      Refusal refusal = objection.get();
      outcome = new Refusal(refusal.reason(), refusal.node(), match.nodes());
    }
    if (outcome instanceof Refusal refusal && !refusal.matched().isEmpty()) {
      refused.add(
          new RewriteReport.Refused(
              rule.name(),
              root.name(),
              refusal.node().name(),
              refusal.reason(),
              names(refusal.matched())));
    }
  }

  private static RewriteReport.Fired apply(Rule rule, Match match, GraphEditor editor) {
    Set<String> before = new LinkedHashSet<>(editor.graph().getOps().keySet());
    String at = match.root().name();
    rule.apply(match, editor);
    Set<String> after = new LinkedHashSet<>(editor.graph().getOps().keySet());
    List<String> removed = before.stream().filter(name -> !after.contains(name)).toList();
    List<String> added = after.stream().filter(name -> !before.contains(name)).toList();
    return new RewriteReport.Fired(rule.name(), at, removed, added);
  }

  private static List<String> names(List<Node> nodes) {
    return nodes.stream().map(Node::name).toList();
  }
}
