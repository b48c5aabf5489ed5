/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.graft4j.checkpoint.LoadedAdapter;
import org.graft4j.checkpoint.PeftDirectory;
import org.graft4j.engine.CompiledGraph;
import org.graft4j.engine.Engine;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Value;
import org.graft4j.tasks.TaskFile;
import org.graft4j.tasks.TextClassification;
import org.graft4j.weights.Safetensors;
import org.graft4j.weights.TensorFile;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Arrays in, arrays out. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Runs a model once: arrays in by placeholder name, arrays out by output name.")
final class RunCommand implements Callable<Integer> {
  private static final String LOGITS = "logits";
  private static final Map<String, String> METADATA = Map.of("format", "pt");

  @Parameters(paramLabel = "MODEL", description = "An .onnx file or a SameDiff file.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path model;

  @Option(
      names = "--inputs",
      required = true,
      paramLabel = "FILE",
      description = "A safetensors file with one array for each placeholder.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path inputs;

  @Option(
      names = "--outputs",
      required = true,
      paramLabel = "FILE",
      description = "The safetensors file to write.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path outputs;

  @Option(
      names = "--output",
      paramLabel = "NAME",
      split = ",",
      description = "Only these values of the graph; by default all of its outputs.")
  private List<String> wanted = List.of();

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description =
          "A PEFT directory whose adapter is grafted on first; with a task's head, its logits"
              + " are written too.")
  private @Nullable Path adapter;

  @Override
  public Integer call() throws IOException {
    SameDiff graph = Models.load(model);
    List<String> names =
        wanted.isEmpty()
            ? GraphView.of(graph).outputs().stream().map(Value::name).toList()
            : wanted;
    String logits = adapter == null ? null : graft(graph, adapter);
    if (logits != null) {
      names =
          wanted.isEmpty()
              ? Stream.concat(names.stream(), Stream.of(logits)).toList()
              : names.stream().map(name -> name.equals(LOGITS) ? logits : name).toList();
    }
    try (TensorFile file = Safetensors.open(inputs);
        CompiledGraph compiled = Engine.create().compile(graph, names)) {
      Map<String, INDArray> arrays = new LinkedHashMap<>();
      for (String name : compiled.placeholders()) {
        if (!file.contains(name)) {
          throw new IllegalArgumentException(
              inputs.getFileName()
                  + ": no array for placeholder '"
                  + name
                  + "'; it holds "
                  + file.names().stream().collect(joining(", ")));
        }
        arrays.put(name, file.read(name));
      }
      Map<String, INDArray> results = new LinkedHashMap<>(compiled.run(arrays));
      INDArray scores = logits == null ? null : results.remove(logits);
      if (scores != null) {
        results.put(LOGITS, scores);
      }
      Safetensors.write(outputs, results, METADATA);
    }
    return 0;
  }

  /**
   * Grafts the adapter on and, if it was saved with a task, its head; returns the name of the
   * head's logits.
   */
  private static @Nullable String graft(SameDiff graph, Path folder) throws IOException {
    LoadedAdapter loaded = PeftDirectory.load(graph, "adapter", folder);
    if (loaded.waiting().isEmpty() || !Files.exists(folder.resolve(TaskFile.NAME))) {
      return null;
    }
    TaskFile task = TaskFile.read(folder);
    return TextClassification.addHead(
        loaded.adapted(),
        task.labels().size(),
        task.options().withAdapter(loaded.name()),
        loaded.waiting());
  }
}
