/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.examples;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Loads a grafted graph as a stock SameDiff and trains it with {@code SameDiff.fit}: only ND4J is
 * on the class path. The frozen weights are constants in the file, so only the adapter moves.
 */
public final class StockTraining {
  private static final List<String> FEATURES =
      List.of("input_ids", "attention_mask", "token_type_ids");
  private static final String LABELS = "labels";
  private static final int STEPS = 5;

  private StockTraining() {}

  /**
   * Trains.
   *
   * @param args the folder with {@code grafted.fb} and {@code batch.bin}; the trained graph is
   *     written there as {@code trained.fb}
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    SameDiff graph = SameDiff.load(file(folder, "grafted.fb"), false);
    MultiDataSet batch = new MultiDataSet();
    batch.load(file(folder, "batch.bin"));
    System.out.printf(Locale.ROOT, "loss before: %.4f%n", loss(graph, batch));
    graph.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Adam(1e-3))
            .dataSetFeatureMapping(FEATURES.toArray(String[]::new))
            .dataSetLabelMapping(LABELS)
            .build());
    for (int step = 0; step < STEPS; step++) {
      graph.fit(batch);
    }
    System.out.printf(Locale.ROOT, "loss after %d steps: %.4f%n", STEPS, loss(graph, batch));
    graph.save(file(folder, "trained.fb"), false);
  }

  private static double loss(SameDiff graph, MultiDataSet batch) {
    Map<String, INDArray> placeholders = new HashMap<>();
    for (int i = 0; i < FEATURES.size(); i++) {
      placeholders.put(FEATURES.get(i), batch.getFeatures(i));
    }
    placeholders.put(LABELS, batch.getLabels(0));
    String loss = graph.getLossVariables().get(0);
    return graph.outputSingle(placeholders, loss).getDouble(0);
  }

  private static File file(Path folder, String name) {
    return folder.resolve(name).toFile();
  }
}
