/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.graft4j.models.TinyGraphs;

/** A folder with a tiny model, a tokenizer and texts, and the command run in it. */
final class Session {
  private static final List<String> GOOD = List.of("good", "great", "nice", "fine");
  private static final List<String> BAD = List.of("bad", "awful", "poor", "ugly");
  private static final List<String> THINGS = List.of("film", "plot", "scene", "music", "story");

  final Path folder;
  final Path model = TinyGraphs.file("bert-torchscript.onnx");
  final Path tokenizer = TinyGraphs.file("tokenizer.json");

  /**
   * What a command did.
   *
   * @param status its exit status
   * @param out its standard output
   * @param err its standard error
   */
  record Result(int status, String out, String err) {}

  Session(Path folder) {
    this.folder = folder;
  }

  static Result run(Object... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] args = new String[words.length];
    for (int i = 0; i < words.length; i++) {
      args[i] = words[i].toString();
    }
    int status;
    try (PrintWriter o = new PrintWriter(out, true);
        PrintWriter e = new PrintWriter(err, true)) {
      status = Main.run(o, e, args);
    }
    return new Result(status, out.toString(), err.toString());
  }

  /** Writes texts whose label is told by one word. */
  Path texts(String name, int rows, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> lines = new ArrayList<>();
    lines.add("text,label");
    for (int i = 0; i < rows; i++) {
      boolean good = i % 2 == 0;
      lines.add(
          String.join(
              "",
              "the ",
              pick(THINGS, random),
              " was ",
              pick(good ? GOOD : BAD, random),
              good ? ",pos" : ",neg"));
    }
    return Files.write(folder.resolve(name), lines);
  }

  private static String pick(List<String> words, SplittableRandom random) {
    return words.get(random.nextInt(words.size()));
  }

  Object[] train(Path csv, Path out, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "train", "--model", model, "--tokenizer", tokenizer, "--train", csv, "--out", out));
    words.addAll(List.of(more));
    return words.toArray();
  }

  /** Runs a command that takes a trained adapter. */
  Result with(String command, Path adapter, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(command, "--model", model, "--tokenizer", tokenizer, "--adapter", adapter));
    words.addAll(List.of(more));
    return run(words.toArray());
  }
}
