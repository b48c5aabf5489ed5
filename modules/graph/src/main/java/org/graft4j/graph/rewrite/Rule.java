/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.rewrite;

import java.util.Optional;
import org.graft4j.graph.GraphEditor;

/** A shape to look for and what to put in its place. */
public interface Rule {
  /**
   * Returns the name of the rule in reports.
   *
   * @return the name, by default that of the class
   */
  default String name() {
    return getClass().getSimpleName();
  }

  /**
   * Returns the shape that the rule looks for above the result of a node.
   *
   * @return the pattern
   */
  Pattern pattern();

  /**
   * Looks at what a pattern cannot say, before anything is changed.
   *
   * @param match where the pattern fits
   * @return why the rule does not fire there, or nothing if it does
   */
  default Optional<Refusal> check(Match match) {
    return Optional.empty();
  }

  /**
   * Changes the graph.
   *
   * @param match where the pattern fits
   * @param editor the transaction to change it in
   */
  void apply(Match match, GraphEditor editor);
}
