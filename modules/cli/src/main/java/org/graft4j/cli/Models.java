/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.graft4j.graph.SameDiffFile;
import org.graft4j.onnx.OnnxImporter;
import org.nd4j.autodiff.samediff.SameDiff;

/** Reads a model of any kind the toolkit knows; the file's name says which. */
final class Models {
  private Models() {}

  static SameDiff load(Path file) throws IOException {
    return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".onnx")
        ? OnnxImporter.load(file)
        : SameDiffFile.load(file);
  }
}
