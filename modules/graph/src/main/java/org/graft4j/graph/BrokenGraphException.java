/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.util.List;

/** Thrown when the wiring of a graph contradicts itself; the message says where. */
public final class BrokenGraphException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * Makes an exception about these problems.
   *
   * @param problems one sentence for each problem, at least one
   */
  public BrokenGraphException(List<String> problems) {
    super(summary(problems));
    this.problems = List.copyOf(problems);
  }

  /**
   * Makes an exception about one problem.
   *
   * @param problem one sentence
   */
  public BrokenGraphException(String problem) {
    this(List.of(problem));
  }

  /**
   * Returns everything that was found.
   *
   * @return one sentence for each problem
   */
  public List<String> problems() {
    return problems == null ? List.of() : problems;
  }

  private static String summary(List<String> problems) {
    if (problems.isEmpty()) {
      throw new IllegalArgumentException("a broken graph needs at least one problem");
    }
    String first = problems.get(0);
    return problems.size() == 1 ? first : first + " (and " + (problems.size() - 1) + " more)";
  }
}
