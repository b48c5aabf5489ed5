/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in a training, in a process of its own. */
final class InterruptionTest {
  @TempDir Path folder;

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void keepsTheLastCheckpointAndSaysWhere() throws IOException, InterruptedException {
    Session session = new Session(folder);
    Path out = folder.resolve("out");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    for (Object word : session.train(session.texts("train.csv", 32, 1), out, "--epochs", 100_000)) {
      command.add(word.toString());
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader = process.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
        if (line.contains("epoch 2: ")) {
          process.toHandle().destroy(); // unlike Process.destroy it leaves the stream open
        }
      }
    }
    assertThat(process.waitFor()).isNotZero();
    assertThat(String.join("\n", lines))
        .contains("interrupted; the last checkpoint is kept in '" + out);
    assertThat(out.resolve("checkpoints/last/adapter_model.safetensors")).isNotEmptyFile();
  }
}
