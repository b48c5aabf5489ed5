/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.graft4j.engine.CompiledGraph;
import org.graft4j.engine.Plan;
import org.graft4j.engine.kernels.Kernels;
import org.graft4j.onnx.OnnxImporter;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures inference: the hidden states of an encoder. */
@Command(
    name = "forward",
    mixinStandardHelpOptions = true,
    description = {
      "Times inference of an encoder, one with random weights or an imported one.",
      "The threads of the native library are set by the environment, as OMP_NUM_THREADS=2."
    })
final class ForwardCommand implements Callable<Integer> {
  @Mixin private final EncoderOptions encoder = new EncoderOptions();

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "An .onnx file with an output last_hidden_state, instead of a size.")
  private @Nullable Path model;

  @Option(names = "--steps", description = "Runs that count (default ${DEFAULT-VALUE}).")
  private int steps = 20;

  @Option(names = "--warmup", description = "Runs before them (default ${DEFAULT-VALUE}).")
  private int warmup = 3;

  @Option(names = "--kernels", description = "onednn or nd4j (default ${DEFAULT-VALUE}).")
  private String kernels = "onednn";

  @Mixin private final PrecisionOption precision = new PrecisionOption();

  @Mixin private final ProfileOptions profile = new ProfileOptions();

  @Spec private @Nullable CommandSpec spec;

  /** Made by picocli. */
  ForwardCommand() {}

  @Override
  public Integer call() throws IOException {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    Kernels set = KernelSets.named(kernels, line);
    SameDiff graph = model == null ? encoder.random() : OnnxImporter.load(model);
    Map<String, INDArray> batch =
        Workload.batch(encoder.batch(), encoder.length(), new SplittableRandom(2));
    Map<String, Object> result = new LinkedHashMap<>();
    try (CompiledGraph compiled =
            precision.engine().kernels(set).build().compile(graph, List.of(Workload.HIDDEN));
        Plan plan = compiled.planFor(batch)) {
      Times times = new Times();
      for (int step = -warmup; step < steps; step++) {
        Times kept = step < 0 ? new Times() : times;
        kept.measure(() -> plan.run(batch));
      }
      result.putAll(times.summary());
      result.put("kernels", kernels);
      result.put("peak_rss_mb", Memory.peakMegabytes());
      if (profile.wanted()) {
        result.put("profile", profile.print("inference", plan, batch, set, line.getOut()));
      }
    }
    line.getOut().println(new ObjectMapper().writeValueAsString(result));
    return 0;
  }
}
