/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.checkpoint;

import static com.google.common.base.Verify.verifyNotNull;

import com.google.common.io.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.graft4j.onnx.OnnxImporter;
import org.graft4j.weights.Safetensors;
import org.graft4j.weights.TensorFile;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The tiny exports, and the directories that PEFT wrote for them. */
final class Fixtures {

  private Fixtures() {}

  static SameDiff model(String name, Path folder) throws IOException {
    return OnnxImporter.load(
        copy("/org/graft4j/models/tiny/" + name + ".onnx", folder.resolve(name + ".onnx")));
  }

  /** Copies a directory of PEFT out of the class path. */
  static Path peft(String name, Path folder) throws IOException {
    Path directory = folder.resolve(name);
    for (String file : new String[] {PeftDirectory.CONFIG, PeftDirectory.TENSORS}) {
      copy("/org/graft4j/checkpoint/" + name + "/" + file, directory.resolve(file));
    }
    return directory;
  }

  /** Reads what the adapted model computes: in.*, base.*, out.*. */
  static Map<String, INDArray> expected(String name, Path folder) throws IOException {
    String file = name + ".expected.safetensors";
    return tensors(copy("/org/graft4j/checkpoint/" + file, folder.resolve(file)));
  }

  static Map<String, INDArray> tensors(Path file) throws IOException {
    Map<String, INDArray> tensors = new TreeMap<>();
    try (TensorFile open = Safetensors.open(file)) {
      for (String tensor : open.names()) {
        tensors.put(tensor, open.read(tensor));
      }
    }
    return tensors;
  }

  static Map<String, INDArray> run(SameDiff graph, Map<String, INDArray> expected, String output) {
    Map<String, INDArray> fed = new TreeMap<>();
    expected.forEach(
        (key, array) -> {
          if (key.startsWith("in.")) {
            fed.put(key.substring(3), array);
          }
        });
    return graph.output(fed, output);
  }

  static <T> T get(Map<String, T> values, String key) {
    return verifyNotNull(values.get(key), "there is no '%s'", key);
  }

  static double relativeDifference(INDArray actual, INDArray expected) {
    return actual.sub(expected).amaxNumber().doubleValue() / expected.amaxNumber().doubleValue();
  }

  private static Path copy(String resource, Path to) throws IOException {
    Files.createDirectories(verifyNotNull(to.getParent()));
    return Files.write(to, Resources.toByteArray(Resources.getResource(Fixtures.class, resource)));
  }
}
