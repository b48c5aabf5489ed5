/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import java.nio.file.Path;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Reads an ONNX file (opset 11 to the newest, weights inside or beside it) as a {@link SameDiff}
 * graph.
 *
 * <p>Placeholders and outputs keep the names and the order of the file; dimensions that are open in
 * the file stay open ({@code -1}). Every operation is named {@code <module path>/<word>}, for
 * example {@code encoder.layer.0.attention.self.query/mmul}, and weights are constants named as in
 * the checkpoint, for example {@code encoder.layer.0.attention.self.query.weight}. Half-precision
 * tensors become FLOAT.
 */
public final class OnnxImporter {
  private OnnxImporter() {}

  /**
   * Imports a model.
   *
   * @param file the {@code .onnx} file; external tensor data is looked for in its folder only
   * @return a new graph, independent of the file
   * @throws OnnxFormatException if the file is missing, cut, or not a valid model
   * @throws UnsupportedOpException if the model uses operators that are not known; all of them are
   *     listed
   */
  public static SameDiff load(Path file) {
    return GraphImport.run(String.valueOf(file.getFileName()), ModelReader.read(file));
  }
}
