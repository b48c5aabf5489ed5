/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Files of the reference library are read, and written again byte for byte. */
final class SafetensorsTest {
  @TempDir Path folder;

  private Path reference() throws IOException {
    Path file = folder.resolve("all.safetensors");
    Files.write(
        file,
        Resources.toByteArray(Resources.getResource(SafetensorsTest.class, "all.safetensors")));
    return file;
  }

  @Test
  void readsWhatTheReferenceLibraryWrote() throws IOException {
    try (TensorFile file = Safetensors.open(reference())) {
      assertThat(file.metadata()).containsExactly(Map.entry("format", "pt"));
      assertThat(file.names())
          .hasSize(14)
          .startsWith("long", "double", "a.weight")
          .contains("größe");
      assertThat(file.info("b.weight").shape()).containsExactly(2, 3);
      assertThat(file.info("bf").dataType()).isEqualTo(DataType.BFLOAT16);
      assertThat(file.info("bf").bytes()).isEqualTo(8);
      assertThat(file.read("a.weight").toFloatVector()).containsExactly(-1.5f, -.5f, .5f, 1.5f);
      assertThat(file.read("b.weight").toFloatMatrix()[1]).containsExactly(1, 4 / 3f, 5 / 3f);
      assertThat(file.read("double").toDoubleVector()).containsExactly(1.1, -2.2);
      assertThat(file.read("long").toLongMatrix())
          .isDeepEqualTo(new long[][] {{1, -2}, {3, 1L << 40}});
      assertThat(file.read("int").toIntVector()).containsExactly(1, -2);
      assertThat(file.read("short").toIntVector()).containsExactly(1, -2, 3);
      assertThat(file.read("byte").toIntVector()).containsExactly(1, -2);
      assertThat(file.read("ubyte").toIntVector()).containsExactly(1, 254);
      assertThat(file.read("bool").toIntVector()).containsExactly(1, 0, 1);
      assertThat(file.read("scalar").shape()).isEmpty();
      assertThat(file.read("scalar").getFloat(0)).isEqualTo(2.5f);
      assertThat(file.read("empty").isEmpty()).isTrue();
      assertThat(file.read("empty").shape()).containsExactly(0, 3);
    }
  }

  @Test
  void readsHalfTypesAsFloats() throws IOException {
    try (TensorFile file = Safetensors.open(reference())) {
      assertThat(file.readFloat("half").toFloatVector())
          .containsExactly(
              1.5f, -0.099975586f, 65504, 5.9604645E-8f, 0, -0f, Float.POSITIVE_INFINITY);
      assertThat(file.readFloat("bf").toFloatVector())
          .containsExactly(1.5f, -0.100097656f, 3.0040553E38f, Float.intBitsToFloat(0x10000));
      assertThat(file.readFloat("double").toFloatVector()).containsExactly(1.1f, -2.2f);
      assertThat(file.readFloat("a.weight").dataType()).isEqualTo(DataType.FLOAT);
      assertThatThrownBy(() -> file.readFloat("long"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("all.safetensors: tensor 'long' does not hold floating-point numbers: I64");
    }
  }

  @Test
  void writesTheBytesOfTheReferenceLibrary() throws IOException {
    Path copy = folder.resolve("new/copy.safetensors");
    try (TensorFile file = Safetensors.open(reference())) {
      Map<String, INDArray> tensors = new HashMap<>();
      for (String name : file.names()) {
        tensors.put(name, file.read(name));
      }
      Safetensors.write(copy, tensors, file.metadata());
    }
    assertThat(copy).hasSameBinaryContentAs(reference());
    try (var files = Files.list(copy.resolveSibling(""))) {
      assertThat(files).containsExactly(copy);
    }
  }

  @Test
  void writesViewsAndColumnOrderByValue() throws IOException {
    INDArray matrix = Nd4j.arange(12).castTo(DataType.FLOAT).reshape(3, 4);
    Map<String, INDArray> tensors = new LinkedHashMap<>();
    tensors.put("transposed", matrix.transpose());
    tensors.put("column", matrix.getColumn(1));
    tensors.put("rows", matrix.get(org.nd4j.linalg.indexing.NDArrayIndex.interval(1, 3)));
    tensors.put("f", matrix.dup('f'));
    Path file = folder.resolve("views.safetensors");
    Safetensors.write(file, tensors, Map.of());
    try (TensorFile read = Safetensors.open(file)) {
      assertThat(read.metadata()).isEmpty();
      for (Map.Entry<String, INDArray> tensor : tensors.entrySet()) {
        assertThat(read.read(tensor.getKey())).isEqualTo(tensor.getValue());
      }
    }
  }

  @Test
  void readsLargerThanOneChunk() throws IOException {
    INDArray large = Nd4j.arange(3_000_000).castTo(DataType.FLOAT);
    Path file = folder.resolve("large.safetensors");
    Safetensors.write(file, Map.of("f", large, "h", large.castTo(DataType.BFLOAT16)), Map.of());
    try (TensorFile read = Safetensors.open(file)) {
      assertThat(read.read("f")).isEqualTo(large);
      assertThat(read.readFloat("h"))
          .isEqualTo(large.castTo(DataType.BFLOAT16).castTo(DataType.FLOAT));
    }
  }

  @Test
  void readsShards() throws IOException {
    INDArray one = Nd4j.createFromArray(1f, 2f);
    INDArray two = Nd4j.createFromArray(3f);
    Safetensors.write(
        folder.resolve("m-1.safetensors"), Map.of("one", one), Map.of("format", "pt"));
    Safetensors.write(
        folder.resolve("m-2.safetensors"), Map.of("two", two), Map.of("format", "pt"));
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(
        index,
        """
        {"metadata": {"total_size": 12, "other": {"x": [1]}}, "more": [1, {"a": 2}],
         "weight_map": {"one": "m-1.safetensors", "two": "m-2.safetensors"}}""");
    try (TensorFile file = Safetensors.open(folder)) {
      assertThat(file.names()).containsExactly("one", "two");
      assertThat(file.metadata()).containsExactly(Map.entry("total_size", "12"));
      assertThat(file.read("one")).isEqualTo(one);
      assertThat(file.read("two")).isEqualTo(two);
    }
    Files.writeString(index, "{\"weight_map\": {\"one\": \"../m-1.safetensors\"}}");
    assertBroken(
        index,
        "model.safetensors.index.json: the file of tensor 'one' is not a plain file name:"
            + " '../m-1.safetensors'");
    Files.writeString(index, "{\"weight_map\": {\"one\": \"m-3.safetensors\"}}");
    assertBroken(
        index,
        "model.safetensors.index.json: tensor 'one' is in a file that is missing:"
            + " 'm-3.safetensors'");
    Files.writeString(index, "{\"weight_map\": {\"three\": \"m-1.safetensors\"}}");
    assertBroken(
        index, "model.safetensors.index.json: tensor 'three' is not in its file 'm-1.safetensors'");
    Files.writeString(index, "{}");
    assertBroken(index, "model.safetensors.index.json: the index has no 'weight_map'");
  }

  @Test
  void refusesBrokenIndexes() throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    for (String path : List.of("/etc/passwd", "..", "C:x", "a\\\\b", "sub/m.safetensors", "")) {
      Files.writeString(index, "{\"weight_map\": {\"one\": \"" + path + "\"}}");
      assertBroken(
          index,
          "model.safetensors.index.json: the file of tensor 'one' is not a plain file name: '"
              + path.replace("\\\\", "\\")
              + "'");
    }
    Files.writeString(index, "weights");
    assertBrokenStartingWith(index, "model.safetensors.index.json: the index is not valid JSON: ");
    Files.writeString(index, "[]");
    assertBrokenStartingWith(index, "model.safetensors.index.json: expected an object at ");
    Files.writeString(index, "{\"weight_map\": {\"one\": 1}}");
    assertBrokenStartingWith(
        index, "model.safetensors.index.json: expected a text for 'one' at character ");
    String whole = "{\"weight_map\": {\"one\": \"m-1.safetensors\"}}";
    for (int length = 0; length < whole.length(); length++) {
      Files.writeString(index, whole.substring(0, length));
      assertBrokenStartingWith(index, "model.safetensors.index.json: ");
    }
    Files.writeString(index, whole);
    Files.writeString(folder.resolve("m-1.safetensors"), "short");
    assertBroken(index, "m-1.safetensors: the file is too short for a header: 5 bytes");
  }

  private static void assertBrokenStartingWith(Path file, String message) {
    assertThatThrownBy(() -> Safetensors.open(file).close())
        .isInstanceOf(TensorFileException.class)
        .hasMessageStartingWith(message);
  }

  private static void assertBroken(Path file, String message) {
    assertThatThrownBy(() -> Safetensors.open(file).close())
        .isInstanceOf(TensorFileException.class)
        .hasMessage(message);
  }

  @Test
  void namesWhatIsMissing() throws IOException {
    try (TensorFile file = Safetensors.open(reference())) {
      assertThatThrownBy(() -> file.read("c.weight"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "all.safetensors has no tensor 'c.weight'; it has long, double, a.weight, b.weight,"
                  + " empty, … (9 more)");
    }
    Path missing = folder.resolve("no.safetensors");
    assertThatThrownBy(() -> Safetensors.open(missing).close())
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(missing + ": there is no such safetensors file; check the path");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> Safetensors.open(empty).close())
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("neither model.safetensors nor model.safetensors.index.json");
    Path pickle = Files.write(folder.resolve("pytorch_model.bin"), new byte[100]);
    assertThatThrownBy(() -> Safetensors.open(pickle).close())
        .isInstanceOf(TensorFileException.class)
        .hasMessageStartingWith("pytorch_model.bin is a pickle")
        .hasMessageContaining("convert it in Python");
    assertThatThrownBy(() -> TensorFile.open(folder.resolve("")).close())
        .isInstanceOf(TensorFileException.class)
        .hasMessageStartingWith(
            "'" + folder + "' has no model.safetensors; its pytorch_model.bin is a pickle, which")
        .hasMessageContaining("convert it in Python");
  }

  @Test
  void refusesTypesAndNamesOutsideTheFormat() {
    Path file = folder.resolve("x.safetensors");
    assertThatThrownBy(() -> Safetensors.write(file, Map.of("t", Nd4j.create("text")), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor 't' has a type that safetensors lacks: UTF8");
    INDArray one = Nd4j.createFromArray(1f);
    assertThatThrownBy(() -> Safetensors.write(file, Map.of("__metadata__", one), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensor name is reserved: '__metadata__'");
    assertThat(file).doesNotExist();
  }

  @Test
  void leavesTheOldFileWhenWritingFails() throws IOException {
    Path file = Files.writeString(folder.resolve("old"), "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      throw new UncheckedIOException(new IOException("disk full"));
                    }))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(file).hasContent("old");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
    assertThatThrownBy(() -> AtomicFile.write(file.resolve("below"), channel -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot write '" + file.resolve("below") + "'");
  }

  @Test
  void convertsEveryHalf() {
    for (int h = 0; h <= 0xffff; h++) {
      float exact =
          (h >> 10 & 0x1f) == 0
              ? (h & 0x3ff) * 0x1p-24f
              : (float) ((0x400 | (h & 0x3ff)) * Math.pow(2, (h >> 10 & 0x1f) - 25));
      float value = Float.intBitsToFloat(Dtype.bitsOfHalf((short) h));
      if ((h >> 10 & 0x1f) == 0x1f) {
        assertThat(Float.isFinite(value)).isFalse();
      } else if (value != (h >= 0x8000 ? -exact : exact)) {
        assertThat(value).as("half %x", h).isEqualTo(h >= 0x8000 ? -exact : exact);
      }
    }
  }
}
