/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.graft4j.tasks.Prediction;
import org.graft4j.tasks.Predictor;
import org.graft4j.tasks.TaskFile;
import org.graft4j.text.Csv;
import org.graft4j.text.CsvTable;
import org.graft4j.text.Tokenizer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Labels texts. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    description = {
      "Labels texts with a trained adapter: those given as words, or a column of a CSV file.",
      "For words, one line each is printed: label, score, text, with tabs in between."
    })
final class PredictCommand implements Callable<Integer> {
  @Mixin private TaskOptions task = new TaskOptions();

  @Option(
      names = "--data",
      paramLabel = "F.csv",
      description = "A CSV file with the text column the adapter was trained on.")
  private @Nullable Path data;

  @Option(
      names = "--out",
      paramLabel = "G.csv",
      description = "With --data: the CSV file to write, the same rows with label and score added.")
  private @Nullable Path result;

  @Parameters(paramLabel = "TEXT", description = "Texts to label.")
  private List<String> texts = List.of();

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    if ((data == null) == texts.isEmpty()) {
      throw new CommandLine.ParameterException(line, "give either texts or --data");
    }
    if ((data == null) != (result == null)) {
      throw new CommandLine.ParameterException(line, "--data and --out belong together");
    }
    try (Tokenizer tokenizer = task.openTokenizer();
        Predictor<String> predictor = task.openTask(tokenizer).predictor()) {
      if (data != null && result != null) {
        table(predictor, Csv.table(data), result, line.getErr());
      } else {
        words(predictor, line.getOut());
      }
    }
    return 0;
  }

  private void words(Predictor<String> predictor, PrintWriter out) {
    List<Prediction> predictions = predictor.predictAll(texts);
    for (int i = 0; i < texts.size(); i++) {
      out.println(
          predictions.get(i).label() + "\t" + score(predictions.get(i)) + "\t" + texts.get(i));
    }
  }

  private void table(Predictor<String> predictor, CsvTable table, Path out, PrintWriter err)
      throws IOException {
    String column = TaskFile.read(task.adapter()).textColumn();
    List<Prediction> predictions = predictor.predictAll(table.filledColumn(column));
    List<String> labels = new ArrayList<>();
    List<String> scores = new ArrayList<>();
    for (Prediction prediction : predictions) {
      labels.add(prediction.label());
      scores.add(score(prediction));
    }
    Map<String, List<String>> more = new LinkedHashMap<>();
    more.put("predicted", labels);
    more.put("score", scores);
    Csv.write(out, table, more);
    long cut = predictions.stream().filter(Prediction::truncated).count();
    err.println(
        predictions.size()
            + " texts labelled"
            + (cut == 0 ? "" : ", " + cut + " cut to the maximum length"));
  }

  private static String score(Prediction prediction) {
    return String.format(Locale.ROOT, "%.4f", prediction.score());
  }
}
