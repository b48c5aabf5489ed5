/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.io.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A file of the reference library has the values that the reference library gives it. */
final class GgufTest {
  @TempDir Path folder;

  private Path copy(String name) throws IOException {
    byte[] bytes = Resources.toByteArray(Resources.getResource(GgufTest.class, name));
    return Files.write(folder.resolve(name), bytes);
  }

  @Test
  void readsEveryTypeOfTensor() throws IOException {
    try (Gguf gguf = Gguf.open(copy("all.gguf"));
        TensorFile expected = Safetensors.open(copy("all.gguf.expected.safetensors"))) {
      TensorFile tensors = gguf.tensors();
      assertThat(gguf.version()).isEqualTo(3);
      assertThat(tensors.names())
          .hasSize(18)
          .containsExactlyInAnyOrderElementsOf(expected.names())
          .startsWith("Q4_0", "Q4_1");
      for (String name : tensors.names()) {
        assertThat(tensors.info(name).storedType()).isEqualTo(name);
        assertThat(tensors.info(name).shape())
            .as(name)
            .containsExactly(expected.info(name).shape());
        if (name.startsWith("I")) {
          assertThat(tensors.read(name)).isEqualTo(expected.read(name));
        } else {
          assertSameBits(name, tensors.readFloat(name), expected.read(name));
        }
      }
    }
  }

  private static void assertSameBits(String name, INDArray is, INDArray wanted) {
    assertThat(is.dataType()).isEqualTo(DataType.FLOAT);
    float[] isFloats = is.reshape(is.length()).toFloatVector();
    float[] wantedFloats = wanted.reshape(wanted.length()).toFloatVector();
    assertThat(wantedFloats).as(name).doesNotContain(Float.NaN);
    for (int i = 0; i < wantedFloats.length; i++) {
      assertThat(isFloats[i]).as("%s, element %d", name, i).isEqualTo(wantedFloats[i]);
    }
  }

  @Test
  void givesQuantisedTensorsAsFloats() throws IOException {
    try (Gguf gguf = Gguf.open(copy("all.gguf"))) {
      TensorInfo info = gguf.tensors().info("Q8_0");
      assertThat(info.shape()).containsExactly(2, 3, 64);
      assertThat(info.dataType()).isEqualTo(DataType.FLOAT);
      assertThat(info.length()).isEqualTo(384);
      assertThat(info.bytes()).isEqualTo(12 * 34);
      assertThat(info).hasToString("Q8_0 Q8_0[2, 3, 64]");
      assertThat(gguf.tensors().read("Q8_0")).isEqualTo(gguf.tensors().readFloat("Q8_0"));
      assertThat(gguf.tensors().read("BF16").dataType()).isEqualTo(DataType.BFLOAT16);
    }
  }

  @Test
  void readsEveryTypeOfEntry() throws IOException {
    GgufMetadata metadata;
    try (Gguf gguf = Gguf.open(copy("all.gguf"))) {
      metadata = gguf.metadata();
      assertThat(gguf.tensors().metadata())
          .containsEntry("general.architecture", "tiny")
          .containsEntry("a.string", "größe")
          .hasSize(2);
    }
    assertThat(metadata.keys()).hasSize(26).startsWith("general.architecture", "a.uint8");
    assertThat(metadata.string("general.architecture")).isEqualTo("tiny");
    assertThat(metadata.integer("a.uint8")).isEqualTo(200);
    assertThat(metadata.integer("a.int8")).isEqualTo(-100);
    assertThat(metadata.integer("a.uint16")).isEqualTo(60000);
    assertThat(metadata.integer("a.int16")).isEqualTo(-30000);
    assertThat(metadata.integer("a.uint32")).isEqualTo(4000000000L);
    assertThat(metadata.integer("a.int32")).isEqualTo(-2000000000);
    assertThat(metadata.integer("a.int64")).isEqualTo(-(1L << 62));
    assertThat(metadata.real("a.float32")).isEqualTo(1.5e-6f);
    assertThat(metadata.real("a.float64")).isEqualTo(1.1);
    assertThat(metadata.bool("a.bool")).isTrue();
    assertThat(metadata.strings("an.array.of.strings")).containsExactly("", "Ġthe", "▁");
    assertThat(metadata.bools("an.array.of.bools")).containsExactly(true, false);
    assertThat(metadata.integers("an.array.of.uint8")).containsExactly(1, 200);
    assertThat(metadata.integers("an.array.of.int8")).containsExactly(1, -2);
    assertThat(metadata.integers("an.array.of.uint16")).containsExactly(1, 60000);
    assertThat(metadata.integers("an.array.of.int16")).containsExactly(1, -3);
    assertThat(metadata.integers("an.array.of.uint32")).containsExactly(4000000000L);
    assertThat(metadata.integers("an.array.of.int32")).containsExactly(3, -4);
    assertThat(metadata.integers("an.array.of.uint64")).containsExactly(1L << 40);
    assertThat(metadata.integers("an.array.of.int64")).containsExactly(-(1L << 40));
    assertThat(metadata.reals("an.array.of.float32")).containsExactly(0.25, -1);
    assertThat(metadata.reals("an.array.of.float64")).containsExactly(1.1);
  }

  @Test
  void namesTheKeyAndTheTypeOfAnotherValue() throws IOException {
    GgufMetadata metadata;
    try (Gguf gguf = Gguf.open(copy("all.gguf"))) {
      metadata = gguf.metadata();
    }
    assertRefused(() -> metadata.string("a.int8"), "the value of 'a.int8' is not a string: int8");
    assertRefused(
        () -> metadata.integer("a.bool"), "the value of 'a.bool' is not an integer: bool");
    assertRefused(
        () -> metadata.real("a.int32"), "the value of 'a.int32' is not a real number: int32");
    assertRefused(() -> metadata.bool("a.uint8"), "the value of 'a.uint8' is not a bool: uint8");
    assertRefused(
        () -> metadata.string("an.array.of.strings"),
        "the value of 'an.array.of.strings' is not a string: array of string");
    assertRefused(
        () -> metadata.strings("a.string"),
        "the value of 'a.string' is not an array of strings: string");
    assertRefused(
        () -> metadata.integers("an.array.of.float32"),
        "the value of 'an.array.of.float32' is not an array of integers: array of float32");
    assertRefused(
        () -> metadata.reals("an.array.of.int8"),
        "the value of 'an.array.of.int8' is not an array of real numbers: array of int8");
    assertRefused(
        () -> metadata.bools("an.array.of.int8"),
        "the value of 'an.array.of.int8' is not an array of bools: array of int8");
    assertRefused(
        () -> metadata.findInteger("a.uint64"),
        "the value of 'a.uint64' is too large: 9223372036854775813");
  }

  @Test
  void letsEntriesBeMissing() throws IOException {
    GgufMetadata metadata;
    try (Gguf gguf = Gguf.open(copy("all.gguf"))) {
      metadata = gguf.metadata();
    }
    assertThat(metadata.findString("a.string")).contains("größe");
    assertThat(metadata.findInteger("a.int8")).contains(-100L);
    assertThat(metadata.findReal("a.float64")).contains(1.1);
    assertThat(metadata.findBool("a.bool")).contains(true);
    assertThat(metadata.findStrings("an.array.of.strings")).contains(List.of("", "Ġthe", "▁"));
    assertThat(metadata.findBools("an.array.of.bools")).contains(List.of(true, false));
    assertThat(metadata.findString("none")).isEmpty();
    assertThat(metadata.findInteger("none")).isEmpty();
    assertThat(metadata.findReal("none")).isEmpty();
    assertThat(metadata.findBool("none")).isEmpty();
    assertThat(metadata.findStrings("none")).isEmpty();
    assertThat(metadata.findIntegers("none")).isEmpty();
    assertThat(metadata.findReals("none")).isEmpty();
    assertThat(metadata.findBools("none")).isEmpty();
    String missing =
        " has no entry 'none'; it has general.architecture, a.uint8, a.int8, a.uint16, a.int16,"
            + " … (21 more)";
    List<ThrowingCallable> demands =
        List.of(
            () -> metadata.string("none"),
            () -> metadata.integer("none"),
            () -> metadata.real("none"),
            () -> metadata.bool("none"),
            () -> metadata.strings("none"),
            () -> metadata.integers("none"),
            () -> metadata.reals("none"),
            () -> metadata.bools("none"));
    for (ThrowingCallable demand : demands) {
      assertThatThrownBy(demand)
          .isInstanceOf(TensorFileException.class)
          .hasMessage("all.gguf" + missing);
    }
  }

  @Test
  void readsVersionTwo() throws IOException {
    Path file = copy("all.gguf");
    byte[] bytes = Files.readAllBytes(file);
    bytes[4] = 2;
    Files.write(file, bytes);
    try (Gguf gguf = Gguf.open(file)) {
      assertThat(gguf.version()).isEqualTo(2);
      assertThat(gguf.tensors().read("I8").toIntVector()).containsExactly(-128, -1, 127);
    }
  }

  @Test
  void opensWhateverTheFormat() throws IOException {
    try (TensorFile tensors = TensorFile.open(copy("all.gguf"))) {
      assertThat(tensors.contains("Q6_K")).isTrue();
      assertThatThrownBy(() -> tensors.info("Q9"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("all.gguf has no tensor 'Q9'; it has Q4_0, ");
    }
    try (TensorFile tensors = TensorFile.open(copy("all.safetensors"))) {
      assertThat(tensors.contains("a.weight")).isTrue();
    }
    Path missing = folder.resolve("no.gguf");
    assertThatThrownBy(() -> TensorFile.open(missing).close())
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(missing + ": there is no such GGUF file; check the path");
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(TensorFileException.class)
        .hasMessage("all.gguf: " + message);
  }
}
