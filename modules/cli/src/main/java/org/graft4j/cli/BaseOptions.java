/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.graft4j.text.Tokenizer;
import org.nd4j.autodiff.samediff.SameDiff;
import picocli.CommandLine.Option;

/** The options that name the base model and its tokenizer. */
final class BaseOptions {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "MODEL",
      description = "The base model: an .onnx file or a SameDiff file.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path model;

  @Option(
      names = "--tokenizer",
      required = true,
      paramLabel = "FILE",
      description = "The tokenizer.json of the base model.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path tokenizer;

  SameDiff loadModel() throws IOException {
    return Models.load(model);
  }

  Tokenizer openTokenizer() throws IOException {
    return Tokenizer.load(tokenizer);
  }
}
