/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.text;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A CSV or tokenizer file that is broken; the message names the file and the place. */
public final class TextFileException extends IOException {
  private static final long serialVersionUID = 1L;

  TextFileException(String message) {
    super(message);
  }

  TextFileException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
