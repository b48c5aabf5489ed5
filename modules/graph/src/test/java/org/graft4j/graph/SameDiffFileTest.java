/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.SingleThreadArrayHolder;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

final class SameDiffFileTest {
  @TempDir private Path folder;

  @Test
  void savesAndLoads() throws IOException {
    SameDiff sd = Graphs.network();
    Path file = folder.resolve("graph.fb");
    SameDiffFile.save(sd, file);
    SameDiffFile.save(sd, file); // replaces
    SameDiff loaded = SameDiffFile.load(file);
    assertThat(GraphPrinter.print(loaded)).isEqualTo(GraphPrinter.print(sd));
    assertThat(Graphs.run(loaded, "loss")).isEqualTo(Graphs.run(sd, "loss"));
    assertThat(Graphs.gradients(loaded)).isEqualTo(Graphs.gradients(sd));
    assertThat(GraphPrinter.print(SameDiff.load(file.toFile(), true)))
        .isEqualTo(GraphPrinter.print(sd));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void missingFilesAreNamed() {
    Path file = folder.resolve("gone.fb");
    assertThatIOException()
        .isThrownBy(() -> SameDiffFile.load(file))
        .withMessage("no such SameDiff file: '" + file + "'");
    assertThatIOException()
        .isThrownBy(() -> SameDiffFile.load(folder))
        .withMessage("not a SameDiff file, but a directory: '" + folder + "'");
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    Path file = folder.resolve("x.fb");
    byte[] noise = new byte[4096];
    new Random(7).nextBytes(noise);
    for (byte[] content :
        new byte[][] {
          {},
          "hello".getBytes(StandardCharsets.UTF_8),
          "a,b\n".repeat(500).getBytes(StandardCharsets.UTF_8),
          new byte[1000],
          noise
        }) {
      Files.write(file, content);
      assertThatIOException()
          .isThrownBy(() -> SameDiffFile.load(file))
          .withMessage("not a SameDiff file: '" + file + "'");
    }
  }

  @Test
  void cutAndDamagedFilesAreRefused() throws IOException {
    Path file = folder.resolve("cut.fb");
    SameDiffFile.save(Graphs.network(), file);
    byte[] whole = Files.readAllBytes(file);
    for (int part = 1; part < 20; part++) {
      Files.write(file, Arrays.copyOf(whole, whole.length * part / 20));
      assertThatIOException()
          .isThrownBy(() -> SameDiffFile.load(file))
          .satisfies(
              e ->
                  assertThat(e.getMessage())
                      .matches(
                          "(not a SameDiff file|SameDiff file is cut or damaged): '.*cut.fb'.*"));
    }
  }

  @Test
  void nothingIsLeftOfAFailedSave() throws IOException {
    SameDiff sd = Graphs.network();
    Path nowhere = folder.resolve("none/graph.fb");
    assertThatIOException()
        .isThrownBy(() -> SameDiffFile.save(sd, nowhere))
        .withMessage("no such folder to save 'graph.fb' in: '" + folder.resolve("none") + "'");
    Path occupied = folder.resolve("occupied.fb");
    Files.createDirectories(occupied.resolve("inner"));
    assertThatIOException()
        .isThrownBy(() -> SameDiffFile.save(sd, occupied))
        .withMessageStartingWith("cannot write '" + occupied + "'");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(occupied);
    }
  }

  @Test
  void whatSameDiffWouldCorruptIsRefused() {
    SameDiff sd = Graphs.network();
    sd.constant("half", Nd4j.ones(DataType.BFLOAT16, 2, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SameDiffFile.save(sd, folder.resolve("x.fb")))
        .withMessage(
            "'half' is BFLOAT16, which SameDiff's files corrupt; cast it to FLOAT before saving");
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAnythingIsWritten() {
    SameDiff sd = SameDiff.create();
    sd.setConstantArrays(
        new SingleThreadArrayHolder()); // keeps the one array that all of these share
    INDArray array = Nd4j.create(DataType.FLOAT, 1 << 24);
    for (int i = 0; i < 17; i++) {
      sd.constant("c" + i, array);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SameDiffFile.save(sd, folder.resolve("x.fb")))
        .withMessage(
            "SameDiff's files hold at most 1 GiB, this graph has 1.06 GiB; save the adapter alone, as a PEFT directory");
    assertThat(folder).isEmptyDirectory();
  }
}
