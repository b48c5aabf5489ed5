/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.graft4j.adapters.AdaptedGraph;
import org.graft4j.adapters.Adapters;
import org.graft4j.adapters.lora.LoraConfig;
import org.graft4j.onnx.OnnxImporter;
import org.graft4j.tasks.Prediction;
import org.graft4j.tasks.Predictor;
import org.graft4j.tasks.TextClassification;
import org.graft4j.text.Csv;
import org.graft4j.text.LabeledText;
import org.graft4j.text.Tokenizer;
import org.graft4j.training.ProgressBarListener;
import org.graft4j.training.TaskDirectory;
import org.graft4j.training.Trainer;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Trains a spam filter: a sentence encoder that knows nothing of spam gets a LoRA adapter and a
 * classification head, learns from 400 mails, and is tried on 280 others.
 */
public final class SpamFilter {
  private static final int BATCH = 16;

  private SpamFilter() {}

  /**
   * Runs the example.
   *
   * @param args the folder with {@code train.csv}, {@code validation.csv} and {@code test.csv}, and
   *     the folder to write the adapter to
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    Path mails = Path.of(args[0]);
    Path out = Path.of(args[1]);
    Path files = Path.of(System.getProperty("java.io.tmpdir"), "graft4j-minilm");

    // The base model: frozen, imported from ONNX.
    SameDiff encoder = OnnxImporter.load(MiniLm.model(files));
    List<LabeledText> train = Csv.read(mails.resolve("train.csv"));
    List<LabeledText> validation = Csv.read(mails.resolve("validation.csv"));
    List<LabeledText> test = Csv.read(mails.resolve("test.csv"));

    ProgressBarListener bar = new ProgressBarListener(System.err, System.out::println);
    try (Tokenizer tokenizer = Tokenizer.load(MiniLm.tokenizer(files));
        bar) {

      // The adapter: a low-rank update beside the query and value projections of each layer.
      LoraConfig lora =
          LoraConfig.builder().rank(8).alpha(16).targets("query", "value").seed(1).build();
      AdaptedGraph adapted = Adapters.attach(encoder, "spam", lora);

      // The task: mean pooling, a linear head, cross entropy.
      TextClassification task = TextClassification.on(adapted, tokenizer, Csv.labels(train));
      System.out.println(adapted.summary());
      System.out.printf(
          Locale.ROOT,
          "test accuracy before training: %.4f%n",
          task.evaluate(test, BATCH).accuracy());

      Trainer.builder()
          .epochs(3)
          .batchSize(BATCH)
          .learningRate(1e-3)
          .seed(1)
          .listener(bar)
          .build()
          .fit(task, train, validation);
      System.out.printf(
          Locale.ROOT,
          "test accuracy after training: %.4f%n",
          task.evaluate(test, BATCH).accuracy());

      // The result: a PEFT directory that Python reads too. Loaded again onto a fresh base.
      TaskDirectory.save(task, out, Csv.TEXT, Csv.LABEL);
      System.out.printf(
          Locale.ROOT,
          "the adapter lies in %s, %.0f kB%n",
          out,
          Files.size(out.resolve("adapter_model.safetensors")) / 1e3);
      SameDiff fresh = OnnxImporter.load(MiniLm.model(files));
      try (Predictor<String> filter =
          TaskDirectory.load(fresh, tokenizer, "spam", out).predictor()) {
        for (String mail :
            List.of(
                "You have won a prize! Click here to claim your free money now.",
                "Shall we meet on Thursday to go through the patch?")) {
          Prediction prediction = filter.predict(mail);
          System.out.printf(
              Locale.ROOT, "%s (%.2f): %s%n", prediction.label(), prediction.score(), mail);
        }
      }
    }
  }
}
