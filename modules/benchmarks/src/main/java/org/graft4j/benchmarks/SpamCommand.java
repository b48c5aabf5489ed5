/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.graft4j.adapters.AdaptedGraph;
import org.graft4j.adapters.Adapters;
import org.graft4j.adapters.lora.LoraConfig;
import org.graft4j.onnx.OnnxImporter;
import org.graft4j.tasks.TextClassification;
import org.graft4j.tasks.TextClassificationOptions;
import org.graft4j.text.Csv;
import org.graft4j.text.LabeledText;
import org.graft4j.text.Tokenizer;
import org.graft4j.training.Trainer;
import org.graft4j.training.TrainingReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains on the mails with several seeds: the adapter and its head, and the head alone. */
@Command(
    name = "spam",
    mixinStandardHelpOptions = true,
    description = {
      "Trains a sentence encoder on labelled mails with LoRA, and with the encoder frozen",
      "and only the head trained; prints one JSON object for each training."
    })
final class SpamCommand implements Callable<Integer> {
  private static final int BATCH = 16;

  @Option(names = "--model", required = true, description = "The encoder, an .onnx file.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path model;

  @Option(names = "--tokenizer", required = true, description = "Its tokenizer.json.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path tokenizerFile;

  @Option(
      names = "--data",
      required = true,
      description = "The folder with train.csv, validation.csv and test.csv.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path data;

  @Option(names = "--seeds", split = ",", defaultValue = "1,2,3")
  private List<Long> seeds = List.of();

  @Option(names = "--epochs", defaultValue = "3")
  private int epochs;

  @Mixin private final PrecisionOption precision = new PrecisionOption();

  @Override
  public Integer call() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.load(tokenizerFile)) {
      for (long seed : seeds) {
        System.out.println(train(tokenizer, seed, false));
        System.out.println(train(tokenizer, seed, true));
      }
    }
    return 0;
  }

  private String train(Tokenizer tokenizer, long seed, boolean headOnly) throws IOException {
    List<LabeledText> train = Csv.read(data.resolve("train.csv"));
    LoraConfig config =
        LoraConfig.builder().rank(8).alpha(16).targets("query", "value").seed(seed).build();
    AdaptedGraph adapted = Adapters.attach(OnnxImporter.load(model), "spam", config);
    TextClassification task =
        TextClassification.on(
            adapted,
            tokenizer,
            Csv.labels(train),
            TextClassificationOptions.DEFAULT.withSeed(seed));
    if (headOnly) {
      adapted.scale("spam", 0); // the update is zero and so is every gradient into it
    }
    TrainingReport report =
        Trainer.builder()
            .epochs(epochs)
            .batchSize(BATCH)
            .learningRate(1e-3)
            .seed(seed)
            .engine(precision.engine().build())
            .build()
            .fit(task, train);
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("trained", headOnly ? "head" : "lora+head");
    json.put("seed", seed);
    json.put("seconds", report.duration().toMillis() / 1e3);
    json.put("last_epoch_loss", report.epochs().get(report.epochs().size() - 1).loss());
    json.put("test_accuracy", task.evaluate(Csv.read(data.resolve("test.csv")), BATCH).accuracy());
    json.put("peak_rss_mb", Memory.peakMegabytes());
    return json.toString();
  }
}
