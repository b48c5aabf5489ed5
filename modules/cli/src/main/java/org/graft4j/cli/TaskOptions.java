package org.graft4j.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.graft4j.tasks.TextClassification;
import org.graft4j.text.Tokenizer;
import org.graft4j.training.TaskDirectory;
import picocli.CommandLine.Option;

/** The options that name a trained task: its model, tokenizer and adapter. */
final class TaskOptions {
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

  @Option(
      names = "--adapter",
      required = true,
      paramLabel = "DIR",
      description = "The directory that 'train' wrote.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path adapter;

  Tokenizer openTokenizer() throws IOException {
    return Tokenizer.load(tokenizer);
  }

  TextClassification openTask(Tokenizer open) throws IOException {
    return TaskDirectory.load(Models.load(model), open, "adapter", adapter);
  }

  Path adapter() {
    return adapter;
  }
}
