/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.text;

import static com.google.common.base.Strings.lenientFormat;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Text files that appear complete or not at all: written under a temporary name in the same folder,
 * then moved.
 */
public final class TextFiles {
  private TextFiles() {}

  /** What writes the content. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes everything.
     *
     * @param writer the temporary file, empty, UTF-8
     * @throws IOException if writing fails; then the target is left as it was
     */
    void writeTo(Writer writer) throws IOException;
  }

  /**
   * Writes a UTF-8 file and replaces an older one of this name. Missing folders are made.
   *
   * @param file the target
   * @param text the whole content
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, String text) throws IOException {
    write(file, writer -> writer.write(text));
  }

  /**
   * Writes a UTF-8 file and replaces an older one of this name. Missing folders are made.
   *
   * @param file the target
   * @param content what to write
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, Content content) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path temporary =
        file.toAbsolutePath()
            .resolveSibling("." + file.getFileName() + "." + System.nanoTime() + ".tmp");
    try {
      if (folder != null) {
        Files.createDirectories(folder);
      }
      try (Writer writer =
          Files.newBufferedWriter(
              temporary, UTF_8, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(writer);
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(temporary);
        throw e;
      }
      move(temporary, file);
    } catch (AccessDeniedException e) {
      throw new IOException(
          lenientFormat("cannot write '%s': no permission to write into '%s'", file, folder), e);
    } catch (IOException e) {
      throw new IOException(lenientFormat("cannot write '%s': %s", file, reason(e)), e);
    }
  }

  private static String reason(IOException e) {
    if (e instanceof FileAlreadyExistsException f) {
      return "'" + f.getFile() + "' is not a folder";
    }
    return e instanceof FileSystemException f && f.getReason() != null
        ? f.getReason()
        : String.valueOf(e.getMessage());
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(from);
    }
  }
}
