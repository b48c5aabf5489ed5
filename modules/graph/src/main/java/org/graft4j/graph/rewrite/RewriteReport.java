/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.rewrite;

import java.util.List;
import java.util.stream.Collectors;
import org.graft4j.graph.EditLog;

/**
 * What rules did to a graph and what they left alone.
 *
 * @param fired what was changed, in order
 * @param refused what came to rest half matched, in the order of the nodes
 * @param log able to take everything back
 */
public record RewriteReport(List<Fired> fired, List<Refused> refused, EditLog log) {
  /**
   * One change.
   *
   * @param rule the rule's name
   * @param at the value that it fired at
   * @param removed names of the nodes that went
   * @param added names of the nodes that came
   */
  public record Fired(String rule, String at, List<String> removed, List<String> added) {
    @Override
    public String toString() {
      return rule + " at '" + at + "': removed " + removed + ", added " + added;
    }
  }

  /**
   * One place where a rule looked and did not fire.
   *
   * @param rule the rule's name
   * @param at the value that it looked at
   * @param node the node that is to blame
   * @param reason why
   * @param matched names of the nodes that did match
   */
  public record Refused(String rule, String at, String node, String reason, List<String> matched) {
    @Override
    public String toString() {
      return rule + " at '" + at + "' refused by node '" + node + "': " + reason;
    }
  }

  /**
   * Copies the lists.
   *
   * @param fired what was changed
   * @param refused what was left alone
   * @param log able to take everything back
   */
  public RewriteReport {
    fired = List.copyOf(fired);
    refused = List.copyOf(refused);
  }

  @Override
  public String toString() {
    return fired.stream().map(each -> each + "\n").collect(Collectors.joining())
        + refused.stream().map(each -> each + "\n").collect(Collectors.joining());
  }
}
