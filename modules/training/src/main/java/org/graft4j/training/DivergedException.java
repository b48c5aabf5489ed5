/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

/**
 * Training that was stopped because the loss or a gradient was no number; the message has the step
 * and the last good checkpoint.
 */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** From 1. */
  private final int step;

  DivergedException(String message, int step) {
    super(message);
    this.step = step;
  }

  /**
   * The step that failed.
   *
   * @return from 1
   */
  public int step() {
    return step;
  }
}
