/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import java.io.IOException;

/** A model directory that cannot be read; the message names the file and what is wrong with it. */
public final class ModelException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message the file and what is wrong with it
   */
  public ModelException(String message) {
    super(message);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param message the file and what is wrong with it
   * @param cause what was caught
   */
  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
