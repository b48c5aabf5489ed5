/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.graft4j.checkpoint.Fixtures.expected;
import static org.graft4j.checkpoint.Fixtures.get;
import static org.graft4j.checkpoint.Fixtures.model;
import static org.graft4j.checkpoint.Fixtures.peft;
import static org.graft4j.checkpoint.Fixtures.relativeDifference;
import static org.graft4j.checkpoint.Fixtures.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.graft4j.adapters.AdaptedGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Directories that PEFT wrote compute here what they compute in PEFT. */
final class PeftParityTest {

  private static final double TOLERANCE = 1e-5;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "plain, bert-torchscript",
    "plain, bert-dynamo",
    "oldest, bert-torchscript",
    "unknown-keys, bert-torchscript",
    "rslora, bert-torchscript",
    "patterns, bert-torchscript",
    "bias-all, bert-torchscript",
    "bias-lora-only, bert-torchscript",
    "all-linear, bert-torchscript",
    "regex, bert-dynamo",
    "layers, bert-dynamo",
    "saved, bert-torchscript",
    "saved-prefixed, bert-torchscript",
    "gpt2, gpt2-torchscript",
    "gpt2, gpt2-dynamo",
    "llama, llama-torchscript",
    "llama, llama-dynamo",
    "t5, t5-torchscript",
    "t5, t5-dynamo",
  })
  void computesWhatPeftComputes(String directory, String export) throws IOException {
    SameDiff graph = model(export, folder);
    Map<String, INDArray> expected = expected(directory, folder);
    String output = export.startsWith("bert") ? "last_hidden_state" : "logits";

    LoadedAdapter loaded = PeftDirectory.load(graph, "default", peft(directory, folder));

    AdaptedGraph adapted = loaded.adapted();
    assertThat(difference(adapted.graph(), expected, "out.", output)).isLessThan(TOLERANCE);
    assertThat(difference(adapted.merged(), expected, "out.", output)).isLessThan(TOLERANCE);
    adapted.disable("default");
    assertThat(difference(adapted.graph(), expected, "base.", output)).isLessThan(TOLERANCE);
    assertThat(difference(adapted.graph(), expected, "out.", output)).isGreaterThan(1e-3);
  }

  @Test
  void keepsTheTensorsOfHeadsTheBaseDoesNotHave() throws IOException {
    for (String directory : List.of("saved", "saved-prefixed")) {
      LoadedAdapter loaded =
          PeftDirectory.load(model("bert-dynamo", folder), "spam", peft(directory, folder));

      assertThat(loaded.waiting()).containsOnlyKeys("classifier.weight", "classifier.bias");
      assertThat(loaded.warnings()).isEmpty();
      Map<String, INDArray> expected = expected(directory, folder);
      INDArray hidden =
          get(run(loaded.adapted().graph(), expected, "last_hidden_state"), "last_hidden_state");
      INDArray mask = get(expected, "in.attention_mask").castTo(hidden.dataType());
      INDArray pooled =
          hidden.mul(mask.reshape(mask.size(0), mask.size(1), 1)).sum(1).div(mask.sum(true, 1));
      INDArray classes =
          pooled
              .mmul(get(loaded.waiting(), "classifier.weight").transpose())
              .addRowVector(get(loaded.waiting(), "classifier.bias"));
      assertThat(relativeDifference(classes, get(expected, "out.classes"))).isLessThan(TOLERANCE);
    }
  }

  @Test
  void readsEveryAdapterOfADirectory() throws IOException {
    Path directory = peft("two", folder);
    peft("two/second", folder);
    Map<String, INDArray> expected = expected("two", folder);

    Map<String, LoadedAdapter> loaded =
        PeftDirectory.loadAll(model("bert-torchscript", folder), directory);

    assertThat(loaded).containsOnlyKeys("default", "second");
    AdaptedGraph adapted = get(loaded, "second").adapted();
    assertThat(get(loaded, "default").adapted()).isSameAs(adapted);
    assertThat(adapted.active()).containsExactly("default");
    assertThat(difference(adapted.graph(), expected, "out.", "last_hidden_state"))
        .isLessThan(TOLERANCE);
    adapted.setActive("second");
    assertThat(difference(adapted.graph(), expected, "second.", "last_hidden_state"))
        .isLessThan(TOLERANCE);
  }

  /** Returns the relative difference of the second row's first tokens and all of the first row. */
  private static double difference(
      SameDiff graph, Map<String, INDArray> expected, String prefix, String output) {
    INDArray actual = get(run(graph, expected, output), output);
    INDArray reference = get(expected, prefix + output);
    INDArray mask = get(expected, "in.attention_mask");
    double worst = 0;
    for (long row = 0; row < mask.size(0); row++) {
      long known = Math.min(mask.getRow(row).sumNumber().longValue(), actual.size(1));
      INDArray ours = actual.get(NDArrayIndex.point(row), NDArrayIndex.interval(0, known));
      INDArray theirs = reference.get(NDArrayIndex.point(row), NDArrayIndex.interval(0, known));
      worst = Math.max(worst, relativeDifference(ours, theirs));
    }
    return worst;
  }
}
