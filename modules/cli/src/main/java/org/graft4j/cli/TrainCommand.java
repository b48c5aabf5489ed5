/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.graft4j.adapters.AdaptedGraph;
import org.graft4j.adapters.AdapterPlan;
import org.graft4j.adapters.Adapters;
import org.graft4j.engine.Engine;
import org.graft4j.engine.Precision;
import org.graft4j.engine.TrainingMemory;
import org.graft4j.tasks.Pooling;
import org.graft4j.tasks.TextClassification;
import org.graft4j.tasks.TextClassificationOptions;
import org.graft4j.text.Csv;
import org.graft4j.text.LabeledText;
import org.graft4j.text.Tokenizer;
import org.graft4j.training.ProgressBarListener;
import org.graft4j.training.Schedule;
import org.graft4j.training.TaskDirectory;
import org.graft4j.training.Trainer;
import org.graft4j.training.TrainingReport;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains an adapter. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Trains an adapter on labelled texts and writes it as a PEFT directory.",
      "The base model is not changed. Ctrl-C ends the training and keeps the last checkpoint."
    })
final class TrainCommand implements Callable<Integer> {
  static final String ADAPTER = "adapter";

  @Mixin private BaseOptions base = new BaseOptions();

  @Option(
      names = "--task",
      defaultValue = "text-classification",
      description = "What is learnt: text-classification.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String task;

  @Option(
      names = "--train",
      required = true,
      paramLabel = "F.csv",
      description = "The examples to learn from, a CSV file with a header.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path train;

  @Option(
      names = "--validation",
      paramLabel = "F.csv",
      description = "Examples to judge each epoch by; the best epoch is kept.")
  private @Nullable Path validation;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the adapter is written.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path out;

  @Option(
      names = "--text-column",
      defaultValue = Csv.TEXT,
      description = "Default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String textColumn;

  @Option(
      names = "--label-column",
      defaultValue = Csv.LABEL,
      description = "Default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String labelColumn;

  @Option(names = "--dry-run", description = "Only list the layers that would get an adapter.")
  private boolean dryRun;

  @ArgGroup(validate = false, heading = "%nThe adapter:%n")
  private final LoraOptions lora = new LoraOptions();

  @ArgGroup(validate = false, heading = "%nThe task:%n")
  private final HeadOptions head = new HeadOptions();

  @ArgGroup(validate = false, heading = "%nThe training:%n")
  private final LoopOptions loop = new LoopOptions();

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  /** Options of the classification head. */
  static final class HeadOptions {
    @Option(
        names = "--pooling",
        defaultValue = "mean",
        description = "How token states become one: mean, cls, last. Default: ${DEFAULT-VALUE}.")
    private Pooling pooling = Pooling.MEAN;

    @Option(
        names = "--max-length",
        defaultValue = "128",
        paramLabel = "TOKENS",
        description = "Longer texts are cut. Default: ${DEFAULT-VALUE}.")
    private int maxLength;
  }

  /** Options of the training loop. */
  static final class LoopOptions {
    @Option(names = "--epochs", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
    private int epochs;

    @Option(names = "--batch-size", defaultValue = "16", description = "Default: ${DEFAULT-VALUE}.")
    private int batchSize;

    @Option(
        names = "--learning-rate",
        defaultValue = "1e-3",
        paramLabel = "RATE",
        description = "The highest rate of AdamW. Default: ${DEFAULT-VALUE}.")
    private double learningRate;

    @Option(
        names = "--schedule",
        defaultValue = "linear",
        description = "How the rate falls: constant, linear, cosine. Default: ${DEFAULT-VALUE}.")
    private Schedule schedule = Schedule.LINEAR;

    @Option(
        names = "--warmup-ratio",
        defaultValue = "0",
        paramLabel = "SHARE",
        description =
            "The share of the steps in which the rate rises first. Default: ${DEFAULT-VALUE}.")
    private double warmupRatio;

    @Option(
        names = "--weight-decay",
        defaultValue = "0",
        paramLabel = "DECAY",
        description = "Decoupled weight decay. Default: ${DEFAULT-VALUE}.")
    private double weightDecay;

    @Option(
        names = "--max-gradient-norm",
        defaultValue = "0",
        paramLabel = "NORM",
        description = "Longer gradients are scaled down; 0 for never. Default: ${DEFAULT-VALUE}.")
    private double maxGradientNorm;

    @Option(
        names = "--accumulation",
        defaultValue = "1",
        paramLabel = "BATCHES",
        description = "Batches for one update. Default: ${DEFAULT-VALUE}.")
    private int accumulation;

    @Option(
        names = "--patience",
        defaultValue = "0",
        paramLabel = "EPOCHS",
        description =
            "Stop after so many epochs without a better validation; 0 for never. Default: ${DEFAULT-VALUE}.")
    private int patience;

    @Option(
        names = "--precision",
        defaultValue = "fp32",
        description =
            "The numbers of frozen weights while training: fp32, or bf16, which is faster where the"
                + " processor multiplies such numbers. Default: ${DEFAULT-VALUE}.")
    private Precision precision = Precision.FP32;

    @Option(
        names = "--recompute",
        description = "Compute layers a second time instead of keeping them: less memory, slower.")
    private boolean recompute;

    @Option(names = "--seed", defaultValue = "42", description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    Engine engine() {
      TrainingMemory memory =
          recompute ? TrainingMemory.RECOMPUTE_LAYERS : TrainingMemory.KEEP_ACTIVATIONS;
      return Engine.builder().precision(precision).trainingMemory(memory).build();
    }
  }

  @Override
  public Integer call() throws IOException {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    if (!task.equals("text-classification")) {
      throw new CommandLine.ParameterException(
          line, "task is not known: '" + task + "'; this version knows text-classification");
    }
    SameDiff graph = base.loadModel();
    if (dryRun) {
      AdapterPlan plan = Adapters.plan(graph, lora.config(loop.seed));
      line.getOut().println(plan);
      return 0;
    }
    List<LabeledText> examples = Csv.read(train, textColumn, labelColumn);
    List<LabeledText> judged =
        validation == null ? List.of() : Csv.read(validation, textColumn, labelColumn);
    try (Tokenizer tokenizer = base.openTokenizer()) {
      AdaptedGraph adapted = Adapters.attach(graph, ADAPTER, lora.config(loop.seed));
      TextClassification classification =
          TextClassification.on(
              adapted,
              tokenizer,
              Csv.labels(examples),
              TextClassificationOptions.DEFAULT
                  .withPooling(head.pooling)
                  .withMaxLength(head.maxLength)
                  .withSeed(loop.seed));
      return train(classification, examples, judged, line.getErr());
    }
  }

  private int train(
      TextClassification classification,
      List<LabeledText> examples,
      List<LabeledText> judged,
      PrintWriter err)
      throws IOException {
    err.println(classification.adapted().summary());
    try (Interruption interruption = new Interruption()) {
      TrainingReport report = fit(classification, examples, judged, interruption, err);
      return finish(classification, report, err);
    }
  }

  private TrainingReport fit(
      TextClassification classification,
      List<LabeledText> examples,
      List<LabeledText> judged,
      Interruption interruption,
      PrintWriter err)
      throws IOException {
    ProgressBarListener progress = new ProgressBarListener(System.err, err::println);
    try (progress) {
      Trainer trainer =
          Trainer.builder()
              .epochs(loop.epochs)
              .batchSize(loop.batchSize)
              .learningRate(loop.learningRate)
              .schedule(loop.schedule)
              .warmupRatio(loop.warmupRatio)
              .weightDecay(loop.weightDecay)
              .maxGradientNorm(loop.maxGradientNorm)
              .accumulation(loop.accumulation)
              .patience(loop.patience)
              .seed(loop.seed)
              .engine(loop.engine())
              .checkpoints(out.resolve("checkpoints"))
              .listener(progress)
              .stopWhen(interruption::wanted)
              .build();
      return judged.isEmpty()
          ? trainer.fit(classification, examples)
          : trainer.fit(classification, examples, judged);
    }
  }

  private int finish(TextClassification classification, TrainingReport report, PrintWriter err)
      throws IOException {
    if (report.truncated() > 0) {
      err.println(report.truncated() + " examples were cut to " + head.maxLength + " tokens");
    }
    if (report.end() == TrainingReport.End.INTERRUPTED) {
      Path kept = report.checkpoint();
      err.println(
          kept == null
              ? "interrupted before the first checkpoint; nothing was kept"
              : "interrupted; the last checkpoint is kept in '" + kept + "'");
      return 1;
    }
    TaskDirectory.save(classification, out, textColumn, labelColumn);
    report.write(out.resolve("history.json"));
    err.println("the adapter of epoch " + report.bestEpoch() + " lies in '" + out + "'");
    return 0;
  }
}
