/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.graft4j.adapters.AdaptedGraph;
import org.graft4j.adapters.Adapters;
import org.graft4j.adapters.lora.LoraConfig;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What is trained: an encoder, LoRA on query and value, and the mean square of its hidden states as
 * the loss.
 *
 * @param graph the grafted graph
 * @param trainable the low-rank matrices by their names in the graph
 * @param batch an array for each placeholder
 */
record Workload(SameDiff graph, Map<String, INDArray> trainable, Map<String, INDArray> batch) {
  static final String LOSS = "loss";

  /** The value that holds the vectors of the tokens, in encoders made here and in exported ones. */
  static final String HIDDEN = "last_hidden_state";

  /** Words that BERT and its kin know. */
  private static final int VOCABULARY = 30_522;

  static Workload of(SameDiff graph, int rank, int rows, int length) {
    AdaptedGraph adapted =
        Adapters.attach(
            graph,
            "bench",
            LoraConfig.builder().rank(rank).alpha(2 * rank).targets("query", "value").build());
    SDVariable hidden = graph.getVariable(HIDDEN);
    graph.math().square(hidden).mean().rename(LOSS);
    Map<String, INDArray> trainable = new LinkedHashMap<>();
    SplittableRandom random = new SplittableRandom(2);
    adapted
        .trainable()
        .forEach(
            parameter -> {
              INDArray array = parameter.array();
              if (parameter.key().contains("lora_B")) {
                // zeros would make half of the gradients zero
                for (long i = 0; i < array.length(); i++) {
                  array.putScalar(i, 0.02 * random.nextGaussian());
                }
              }
              trainable.put(parameter.variable(), array);
            });
    return new Workload(graph, trainable, batch(rows, length, random));
  }

  /** Random words in rows without padding. */
  static Map<String, INDArray> batch(int rows, int length, SplittableRandom random) {
    long[][] ids = new long[rows][length];
    for (long[] row : ids) {
      for (int j = 0; j < length; j++) {
        row[j] = random.nextInt(VOCABULARY);
      }
    }
    return Map.of(
        "input_ids", Nd4j.createFromArray(ids),
        "attention_mask", Nd4j.ones(DataType.INT64, rows, length),
        "token_type_ids", Nd4j.zeros(DataType.INT64, rows, length));
  }

  List<String> names() {
    return List.copyOf(trainable.keySet());
  }
}
