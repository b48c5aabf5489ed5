/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.checkpoint;

import java.io.IOException;
import java.util.Locale;

/**
 * A directory that holds no adapter this library can read; the message names the file and what to
 * do.
 */
public final class CheckpointException extends IOException {

  private static final long serialVersionUID = 1L;

  CheckpointException(String message) {
    super(message);
  }

  CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }

  static CheckpointException of(String message, Object... values) {
    return new CheckpointException(String.format(Locale.ROOT, message, values));
  }
}
