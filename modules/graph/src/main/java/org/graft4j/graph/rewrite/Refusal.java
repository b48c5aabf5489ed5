/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.rewrite;

import java.util.List;
import org.graft4j.graph.Node;

/**
 * Why a pattern does not match or a rule does not fire.
 *
 * @param reason one sentence without the node
 * @param node the node that is to blame
 * @param matched the nodes that did match before that, the last one first
 */
public record Refusal(String reason, Node node, List<Node> matched) implements Outcome {
  /**
   * Copies the list.
   *
   * @param reason one sentence without the node
   * @param node the node that is to blame
   * @param matched the nodes that did match
   */
  public Refusal {
    matched = List.copyOf(matched);
  }

  /**
   * Makes a refusal without a partial match.
   *
   * @param reason one sentence without the node
   * @param node the node that is to blame
   */
  public Refusal(String reason, Node node) {
    this(reason, node, List.of());
  }

  @Override
  public String toString() {
    return "node '" + node + "': " + reason;
  }
}
