/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import java.io.IOException;

/** A tensor file that is broken; the message names the file, the tensor and the byte. */
public final class TensorFileException extends IOException {
  private static final long serialVersionUID = 1L;

  TensorFileException(String message) {
    super(message);
  }

  TensorFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
