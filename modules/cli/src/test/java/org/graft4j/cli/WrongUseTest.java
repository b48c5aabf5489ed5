/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.graft4j.cli.Session.Result;
import org.graft4j.models.TinyGraphs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each wrong input gets one sentence that says the way out, and the right exit status. */
final class WrongUseTest {
  @TempDir Path folder;
  private Session session;
  private Path csv;
  private Path out;

  @BeforeEach
  void prepare() throws IOException {
    session = new Session(folder);
    csv = session.texts("train.csv", 8, 1);
    out = folder.resolve("out");
  }

  @Test
  void withoutACommandItSaysSo() {
    assertThat(Session.run()).satisfies(r -> is(r, 2, "graft4j: a command is missing"));
    assertThat(Session.run("tain"))
        .satisfies(r -> is(r, 2, "graft4j: Unmatched argument at index 0: 'tain'"));
    assertThat(Session.run("tain").err()).contains("Did you mean: graft4j train");
    assertThat(Session.run("--help").out()).contains("A first session:", "Exit status");
    for (String command : List.of("inspect", "run", "train", "evaluate", "predict")) {
      assertThat(Session.run(command, "--help"))
          .satisfies(r -> assertThat(r.status()).isZero())
          .satisfies(r -> assertThat(r.out()).contains("Usage: graft4j " + command));
    }
  }

  @Test
  void missingAndCutModels() throws IOException {
    is(Session.run("inspect", folder.resolve("none.onnx")), 1, "none.onnx");
    byte[] whole = Files.readAllBytes(TinyGraphs.file("bert-torchscript.onnx"));
    Path cut = folder.resolve("cut.onnx");
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
    is(Session.run("inspect", cut), 1, "graft4j: cut.onnx: a field at byte ");
    assertThat(Session.run("inspect", cut).err()).contains("; the file is cut or damaged");
    is(Session.run("inspect", csv), 1, "train.csv");
  }

  @Test
  void optionsOfTheAdapter() {
    is(Session.run(session.train(csv, out, "--rank", 0)), 2, "graft4j: rank must be positive: 0");
    is(
        Session.run(session.train(csv, out, "--targets", "q_proj")),
        2,
        "graft4j: targets [q_proj] match no linear layer; this graph has: encoder.layer.0.");
    is(Session.run(session.train(csv, out, "--method", "magic")), 2, "expected one of [LORA]");
    is(
        Session.run(session.train(csv, out, "--task", "magic")),
        2,
        "task is not known: 'magic'; this version knows text-classification");
    assertThat(Session.run(session.train(csv, out, "--dry-run")).out())
        .contains("adapt encoder.layer.0.attention.self.query");
  }

  @Test
  void textsThatCannotBeLearnt() throws IOException {
    Path other = Files.write(folder.resolve("other.csv"), List.of("mail,kind", "good,pos"));
    is(Session.run(session.train(other, out)), 1, "other.csv");
    Path one =
        Files.write(folder.resolve("one.csv"), List.of("text,label", "good,pos", "nice,pos"));
    is(
        Session.run(session.train(one, out)),
        2,
        "graft4j: all 2 examples have the label 'pos'; training needs at least two classes");
    assertThat(out).doesNotExist();
    Path empty =
        Files.write(folder.resolve("empty.csv"), List.of("text,label", "good,pos", " ,neg"));
    is(Session.run(session.train(empty, out)), 1, "empty.csv");
    Path unseen =
        Files.write(folder.resolve("unseen.csv"), List.of("text,label", "good,pos", "nice,maybe"));
    is(Session.run(session.train(csv, out, "--validation", unseen)), 2, "label 'maybe'");
  }

  @Test
  void outputThatCannotBeWritten() {
    Path below = csv.resolve("below/checkpoints");
    is(
        Session.run(session.train(csv, csv.resolve("below"))),
        1,
        "graft4j: cannot write '" + below.resolve(".probe") + "': ");
  }

  @Test
  void wordsAndFilesDoNotMix() {
    is(session.with("predict", folder), 2, "give either texts or --data");
    is(session.with("predict", folder, "--data", csv), 2, "--data and --out belong together");
    is(session.with("predict", folder, "good film"), 1, "there is no task file");
  }

  private static void is(Result result, int status, String message) {
    assertThat(result.err()).contains(message).doesNotContain("\tat ");
    assertThat(result.status()).isEqualTo(status);
  }
}
