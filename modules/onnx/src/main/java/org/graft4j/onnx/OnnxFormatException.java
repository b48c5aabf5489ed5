/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

/**
 * Thrown when a file is not a valid ONNX model: it is missing, cut, or contradicts itself. The
 * message names the file and the place.
 */
public final class OnnxFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes an exception.
   *
   * @param message what is wrong, where
   */
  public OnnxFormatException(String message) {
    super(message);
  }

  /**
   * Makes an exception with a cause.
   *
   * @param message what is wrong, where
   * @param cause the failure beneath
   */
  public OnnxFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
