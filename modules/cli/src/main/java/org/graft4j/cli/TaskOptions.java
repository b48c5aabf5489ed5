/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.graft4j.tasks.TextClassification;
import org.graft4j.text.Tokenizer;
import org.graft4j.training.TaskDirectory;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that name a trained task: its model, tokenizer and adapter. */
final class TaskOptions {
  @Mixin private BaseOptions base = new BaseOptions();

  @Option(
      names = "--adapter",
      required = true,
      paramLabel = "DIR",
      description = "The directory that 'train' wrote.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path adapter;

  Tokenizer openTokenizer() throws IOException {
    return base.openTokenizer();
  }

  TextClassification openTask(Tokenizer open) throws IOException {
    return TaskDirectory.load(base.loadModel(), open, "adapter", adapter);
  }

  Path adapter() {
    return adapter;
  }
}
