/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.text;

import static com.google.common.base.Strings.lenientFormat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Text files that appear complete or not at all: written under a temporary name in the same folder,
 * then moved.
 */
public final class TextFiles {
  private TextFiles() {}

  /**
   * Writes a UTF-8 file and replaces an older one of this name. Missing folders are made.
   *
   * @param file the target
   * @param text the whole content
   * @throws IOException if the file cannot be written; the old one is left as it was
   */
  public static void write(Path file, String text) throws IOException {
    Path target = file.toAbsolutePath();
    Path folder = target.resolveSibling("");
    Path temporary = target.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      Files.createDirectories(folder);
      try {
        Files.writeString(temporary, text);
        Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new IOException(lenientFormat("cannot write '%s': %s", file, reason(e, folder)), e);
    }
  }

  private static String reason(IOException e, Path folder) {
    if (e instanceof FileAlreadyExistsException f) {
      return "'" + f.getFile() + "' is not a folder";
    }
    if (e instanceof AccessDeniedException) {
      return "no permission to write into '" + folder + "'";
    }
    return e instanceof FileSystemException f && f.getReason() != null
        ? f.getReason()
        : String.valueOf(e.getMessage());
  }
}
