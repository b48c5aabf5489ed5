/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.graft4j.tasks.TaskFile;
import org.graft4j.tasks.TextClassification;
import org.graft4j.text.Csv;
import org.graft4j.text.Tokenizer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says how well a trained adapter does. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = "Says how well a trained adapter does on labelled texts.")
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private TaskOptions task = new TaskOptions();

  @Option(
      names = "--data",
      required = true,
      paramLabel = "F.csv",
      description = "A CSV file with the text and label columns the adapter was trained on.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path data;

  @Option(names = "--batch-size", defaultValue = "16", description = "Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(names = "--json", description = "Print one JSON object instead.")
  private boolean json;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    TaskFile file = TaskFile.read(task.adapter());
    var examples = Csv.read(data, file.textColumn(), file.labelColumn());
    try (Tokenizer tokenizer = task.openTokenizer()) {
      TextClassification classification = task.openTask(tokenizer);
      Scores scores =
          Scores.of(classification.evaluate(examples, batchSize), classification.labels());
      if (json) {
        out.println(new ObjectMapper().writeValueAsString(scores));
      } else {
        scores.print(out);
      }
    }
    return 0;
  }
}
