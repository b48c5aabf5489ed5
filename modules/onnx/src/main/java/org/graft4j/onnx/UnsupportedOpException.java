/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableList;
import java.util.List;

/**
 * Thrown when a model uses operators, or forms of operators, that the importer does not know. It
 * lists all of them, not only the first.
 */
public final class UnsupportedOpException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** One line for each operator and node. */
  private final ImmutableList<String> problems;

  /**
   * Makes an exception.
   *
   * @param message the house form of the first problems
   * @param problems one line for each operator and node that is not supported
   */
  public UnsupportedOpException(String message, List<String> problems) {
    super(message);
    this.problems = ImmutableList.copyOf(problems);
  }

  /**
   * Returns one line for each operator that is not supported, such as {@code op 'NonMaxSuppression'
   * (node '/nms/0')}.
   *
   * @return the lines in the order of the file
   */
  public ImmutableList<String> problems() {
    return problems;
  }
}
