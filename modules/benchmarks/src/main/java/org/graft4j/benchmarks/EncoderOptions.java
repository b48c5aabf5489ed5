/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import org.graft4j.models.bert.BertConfig;
import org.graft4j.models.bert.BertGraph;
import org.nd4j.autodiff.samediff.SameDiff;
import picocli.CommandLine.Option;

/** Options for the size of an encoder and of its batch. */
final class EncoderOptions {
  @Option(names = "--layers", description = "Layers (default ${DEFAULT-VALUE}).")
  private int layers = 6;

  @Option(names = "--hidden", description = "Features (default ${DEFAULT-VALUE}).")
  private int hidden = 384;

  @Option(names = "--heads", description = "Attention heads (default ${DEFAULT-VALUE}).")
  private int heads = 12;

  @Option(names = "--batch", description = "Rows of a batch (default ${DEFAULT-VALUE}).")
  private int batch = 8;

  @Option(names = "--length", description = "Tokens of a row (default ${DEFAULT-VALUE}).")
  private int length = 128;

  /** Made by picocli. */
  EncoderOptions() {}

  /** An encoder of this size with random weights. */
  SameDiff random() {
    return BertGraph.random(
        BertConfig.builder()
            .layers(layers)
            .hiddenSize(hidden)
            .heads(heads)
            .intermediateSize(4 * hidden)
            .maxPositions(Math.max(512, length))
            .build(),
        1);
  }

  int batch() {
    return batch;
  }

  int length() {
    return length;
  }
}
