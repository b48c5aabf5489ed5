/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.examples;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples, on a few of the mails. */
final class ExamplesTest {
  private static final Path MAILS = Path.of("data", "spam");

  @TempDir Path folder;

  @Test
  void spamFilter() throws IOException {
    Path mails = Files.createDirectory(folder.resolve("mails"));
    few("train.csv", 32, mails);
    few("validation.csv", 8, mails);
    few("test.csv", 8, mails);
    Path out = folder.resolve("adapter");
    String said = said(() -> SpamFilter.main(new String[] {mails.toString(), out.toString()}));
    assertThat(said)
        .contains("trainable params: 74,498 || all params: ")
        .contains("test accuracy before training: ")
        .contains("epoch 3: loss ")
        .contains("test accuracy after training: ")
        .contains("the adapter lies in " + out)
        .contains("): You have won a prize!");
    assertThat(number("epoch 3: loss ([0-9.]+)", said))
        .isLessThan(number("epoch 1: loss ([0-9.]+)", said));
    assertThat(out.resolve("adapter_model.safetensors")).isNotEmptyFile();
  }

  @Test
  void trainInStockDl4j() throws IOException, InterruptedException {
    TrainInStockDl4j.prepare(MAILS, folder);
    String said = withoutGraft4j(StockTraining.class.getName(), folder.toString());
    assertThat(number("loss after 5 steps: ([0-9.]+)", said))
        .isLessThan(number("loss before: ([0-9.]+)", said));
    assertThat(folder.resolve("trained.fb")).isNotEmptyFile();
  }

  /** Runs a class of this module with nothing of the project's other modules on the class path. */
  private static String withoutGraft4j(String main, String argument)
      throws IOException, InterruptedException {
    String path =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(
                e -> e.contains("examples") || !e.matches(".*(graft4j|modules|samediff-graphs).*"))
            .collect(joining(File.pathSeparator));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dorg.bytedeco.javacpp.logger=slf4j",
            "-cp",
            path,
            main,
            argument);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private static void few(String file, int rows, Path to) throws IOException {
    List<String> lines = Files.readAllLines(MAILS.resolve(file));
    List<String> some = new ArrayList<>(lines.subList(0, 1));
    for (String label : List.of(",spam", ",ham")) {
      lines.stream().filter(l -> l.endsWith(label)).limit(rows / 2).forEach(some::add);
    }
    Files.write(to.resolve(file), some);
  }

  private static double number(String pattern, String in) {
    Matcher matcher = Pattern.compile(pattern).matcher(in);
    assertThat(matcher.find()).as(in).isTrue();
    return Double.parseDouble(matcher.group(1));
  }

  /** An example's main method. */
  private interface Example {
    void run() throws IOException;
  }

  private static String said(Example example) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      example.run();
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
