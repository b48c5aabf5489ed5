/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What went wrong, as one sentence for a person. */
final class Errors {
  private Errors() {}

  static String sentence(Throwable e) {
    if (e instanceof FileSystemException file && file.getReason() != null) {
      return "'" + file.getFile() + "': " + file.getReason();
    }
    if (e instanceof NoSuchFileException missing) {
      return "no such file: '" + missing.getFile() + "'";
    }
    if (e instanceof AccessDeniedException denied) {
      return "no permission for '" + denied.getFile() + "'";
    }
    if (e instanceof NotDirectoryException file) {
      return "not a directory: '" + file.getFile() + "'";
    }
    String message = e.getMessage();
    return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
  }
}
