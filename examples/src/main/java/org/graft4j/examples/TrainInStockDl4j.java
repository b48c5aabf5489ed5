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
import org.graft4j.graph.SameDiffFile;
import org.graft4j.onnx.OnnxImporter;
import org.graft4j.tasks.TextClassification;
import org.graft4j.text.Csv;
import org.graft4j.text.LabeledText;
import org.graft4j.text.TokenBatch;
import org.graft4j.text.Tokenizer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Grafts an adapter and a head onto MiniLM, saves the graph as a stock SameDiff file, and hands it
 * to {@link StockTraining}, which knows nothing of Graft4J and trains it.
 *
 * <p>This is for projects that have a training of their own. It is slower by far than the engine
 * that {@link SpamFilter} uses.
 */
public final class TrainInStockDl4j {
  private static final int EXAMPLES = 8;
  private static final int TOKENS = 32;

  private TrainInStockDl4j() {}

  /**
   * Runs the example.
   *
   * @param args the folder with {@code train.csv}, and the folder to write the graph to
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    prepare(Path.of(args[0]), Path.of(args[1]));
    StockTraining.main(new String[] {args[1]});
  }

  /** Writes the grafted graph and one batch of mails. */
  static void prepare(Path mails, Path out) throws IOException {
    Path files = Path.of(System.getProperty("java.io.tmpdir"), "graft4j-minilm");
    List<LabeledText> train = Csv.read(mails.resolve("train.csv"));
    AdaptedGraph adapted =
        Adapters.attach(
            OnnxImporter.load(MiniLm.model(files)),
            "spam",
            LoraConfig.builder().rank(8).alpha(16).targets("query", "value").seed(1).build());
    try (Tokenizer tokenizer = Tokenizer.load(MiniLm.tokenizer(files))) {
      TextClassification task = TextClassification.on(adapted, tokenizer, Csv.labels(train));
      Files.createDirectories(out);
      SameDiffFile.save(adapted.graph(), out.resolve("grafted.fb"));
      batch(task, tokenizer, train.subList(0, EXAMPLES)).save(out.resolve("batch.bin").toFile());
    }
    System.out.printf(Locale.ROOT, "%s%n", adapted.summary());
  }

  private static MultiDataSet batch(
      TextClassification task, Tokenizer tokenizer, List<LabeledText> examples) {
    TokenBatch tokens =
        tokenizer.pad(
            tokenizer.encode(examples.stream().map(LabeledText::text).toList(), TOKENS), 1);
    INDArray labels = Nd4j.create(examples.size(), task.labels().size());
    for (int i = 0; i < examples.size(); i++) {
      labels.putScalar(i, task.labels().indexOf(examples.get(i).label()), 1);
    }
    return new MultiDataSet(
        new INDArray[] {
          Nd4j.createFromArray(tokens.ids()),
          Nd4j.createFromArray(tokens.mask()),
          Nd4j.createFromArray(tokens.types())
        },
        new INDArray[] {labels});
  }
}
