/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.graft4j.models.bert.BertGraph;
import org.graft4j.weights.Safetensors;
import org.graft4j.weights.TensorFile;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Writes the SameDiff files of {@code tiny/}; run it when the builder's spelling changes. */
final class WriteTinyGraphs {
  private WriteTinyGraphs() {}

  public static void main(String[] args) throws IOException {
    Path tiny = Path.of(args[0]);
    BertGraph.of(TinyGraphs.bertConfig(), weights()).save(file(tiny, "bert.fb"), false);
    TfStyleBert.of(TinyGraphs.bertConfig(), weights()).save(file(tiny, "tf-style-bert.fb"), false);
  }

  private static File file(Path directory, String name) {
    return directory.resolve(name).toFile();
  }

  /** The weights of the tiny BERT exports. */
  static Map<String, INDArray> weights() throws IOException {
    Map<String, INDArray> weights = new LinkedHashMap<>();
    try (TensorFile file = Safetensors.open(TinyGraphs.file("bert/model.safetensors"))) {
      for (String name : file.names()) {
        weights.put(name, file.read(name));
      }
    }
    return weights;
  }
}
