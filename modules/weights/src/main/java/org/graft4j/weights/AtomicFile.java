/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import static com.google.common.base.Strings.lenientFormat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears complete or not at all: written under a temporary name in the same folder,
 * then moved.
 */
public final class AtomicFile {
  private AtomicFile() {}

  /** What writes the content. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes everything.
     *
     * @param channel the temporary file, empty
     * @throws IOException if writing fails; then the target is left as it was
     */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes a file and replaces an older one of this name. Missing folders are made.
   *
   * @param file the target
   * @param content what to write
   * @throws IOException if the file cannot be written; the temporary file is gone then
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
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(temporary);
        throw e;
      }
      move(temporary, file);
    } catch (AccessDeniedException e) {
      throw new IOException(
          lenientFormat("cannot write '%s': no permission to write into '%s'", file, folder), e);
    } catch (IOException e) {
      String reason =
          e instanceof FileSystemException f && f.getReason() != null
              ? f.getReason()
              : e instanceof FileAlreadyExistsException f
                  ? "'" + f.getFile() + "' is not a folder"
                  : String.valueOf(e.getMessage());
      throw new IOException(lenientFormat("cannot write '%s': %s", file, reason), e);
    }
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
