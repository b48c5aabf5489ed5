/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.graft4j.engine.Engine;
import org.graft4j.onnx.OnnxImporter;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how long a fresh process takes from a model file to its first training step. */
@Command(
    name = "first-step",
    mixinStandardHelpOptions = true,
    description = {
      "Times the import of an encoder, and its first training step: attaching LoRA to query and value,",
      "compiling, planning, running and updating. ND4J has started before; nothing else is warm."
    })
final class FirstStepCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      paramLabel = "FILE",
      required = true,
      description = "An .onnx file with an output last_hidden_state.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path model;

  @Option(names = "--batch", description = "Rows of a batch (default ${DEFAULT-VALUE}).")
  private int batch = 8;

  @Option(names = "--length", description = "Tokens of a row (default ${DEFAULT-VALUE}).")
  private int length = 128;

  @Spec private @Nullable CommandSpec spec;

  /** Made by picocli. */
  FirstStepCommand() {}

  @Override
  public Integer call() throws JsonProcessingException {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    double started = Times.milliseconds(() -> Nd4j.ones(2, 2).mmul(Nd4j.ones(2, 2)));
    long start = System.nanoTime();
    SameDiff graph = OnnxImporter.load(model);
    long imported = System.nanoTime();
    Workload workload = Workload.of(graph, 8, batch, length);
    long attached = System.nanoTime();
    try (EngineGradients gradients = new EngineGradients(workload, Engine.create())) {
      long planned = System.nanoTime();
      Update update = new Update();
      update.apply(workload.trainable(), gradients.compute());
      long stepped = System.nanoTime();
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("nd4j_start_ms", Times.rounded(started));
      result.put("import_ms", milliseconds(start, imported));
      result.put("first_step_ms", milliseconds(imported, stepped));
      result.put("attach_ms", milliseconds(imported, attached));
      result.put("plan_ms", milliseconds(attached, planned));
      result.put("run_ms", milliseconds(planned, stepped));
      result.put("total_ms", milliseconds(start, stepped));
      result.put("second_step_ms", Times.rounded(second(update, workload, gradients)));
      line.getOut().println(new ObjectMapper().writeValueAsString(result));
    }
    return 0;
  }

  private static double second(Update update, Workload workload, Gradients gradients) {
    return Times.milliseconds(() -> update.apply(workload.trainable(), gradients.compute()));
  }

  private static double milliseconds(long from, long to) {
    return Times.rounded((to - from) / 1e6);
  }
}
