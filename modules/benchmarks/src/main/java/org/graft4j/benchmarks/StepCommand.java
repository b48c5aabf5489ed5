/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.graft4j.engine.Engine;
import org.graft4j.engine.TrainingMemory;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures training steps: forward, backward, AdamW. */
@Command(
    name = "step",
    mixinStandardHelpOptions = true,
    description = {
      "Times training steps of an encoder with LoRA on query and value.",
      "Several kernel sets are timed alternately in this process; peak memory is that of the whole process, so"
          + " compare it between runs with one set each. The threads of the native library are set by the"
          + " environment, as OMP_NUM_THREADS=2."
    })
final class StepCommand implements Callable<Integer> {
  @Mixin private final EncoderOptions encoder = new EncoderOptions();

  @Option(names = "--rank", description = "Rank of the adapter (default ${DEFAULT-VALUE}).")
  private int rank = 8;

  @Option(names = "--steps", description = "Steps that count (default ${DEFAULT-VALUE}).")
  private int steps = 10;

  @Option(names = "--warmup", description = "Steps before them (default ${DEFAULT-VALUE}).")
  private int warmup = 2;

  @Option(
      names = "--kernels",
      split = ",",
      description = "onednn, nd4j or samediff, or several with commas (default ${DEFAULT-VALUE}).")
  private List<String> kernels = List.of("onednn");

  @Mixin private final PrecisionOption precision = new PrecisionOption();

  @Option(
      names = "--recompute",
      description = "Compute layers again in the backward pass instead of keeping them.")
  private boolean recompute;

  @Mixin private final ProfileOptions profile = new ProfileOptions();

  @Spec private @Nullable CommandSpec spec;

  /** Made by picocli. */
  StepCommand() {}

  @Override
  public Integer call() throws IOException {
    Workload workload = Workload.of(encoder.random(), rank, encoder.batch(), encoder.length());
    Map<String, Gradients> sets = new LinkedHashMap<>();
    for (String name : kernels) {
      sets.put(name, gradients(name, workload));
    }
    Map<String, Object> result = new LinkedHashMap<>();
    if (sets.size() > 1) {
      result.put("max_gradient_difference", difference(workload, sets));
    }
    Map<String, Times> times = time(workload, sets);
    times.forEach((name, each) -> result.put(name, each.summary()));
    if (times.size() == 1) {
      result.putAll(times.values().iterator().next().summary());
      result.remove(kernels.get(0));
      result.put("kernels", kernels.get(0));
    } else {
      List<Times> both = List.copyOf(times.values());
      result.put("ratio", Times.rounded(both.get(1).median() / both.get(0).median()));
    }
    result.put("peak_rss_mb", Memory.peakMegabytes());
    if (profile.wanted()) {
      result.put("profile", profile(workload, sets));
    }
    sets.values().forEach(Gradients::close);
    line().getOut().println(new ObjectMapper().writeValueAsString(result));
    return 0;
  }

  private CommandLine line() {
    return Objects.requireNonNull(spec).commandLine();
  }

  private Gradients gradients(String name, Workload workload) {
    if (name.equals("samediff")) {
      return new StockGradients(workload);
    }
    TrainingMemory memory =
        recompute ? TrainingMemory.RECOMPUTE_LAYERS : TrainingMemory.KEEP_ACTIVATIONS;
    Engine engine =
        precision.engine().kernels(KernelSets.named(name, line())).trainingMemory(memory).build();
    return new EngineGradients(workload, engine);
  }

  /** The profile of the first kernel set that has one. */
  private Map<String, Object> profile(Workload workload, Map<String, Gradients> sets)
      throws IOException {
    for (Map.Entry<String, Gradients> set : sets.entrySet()) {
      if (set.getValue() instanceof EngineGradients engine) {
        return profile.print(
            "training step",
            engine.plan(),
            workload.batch(),
            KernelSets.named(set.getKey(), line()),
            line().getOut());
      }
    }
    throw new ParameterException(line(), "stock SameDiff has no profile; add onednn or nd4j");
  }

  private Map<String, Times> time(Workload workload, Map<String, Gradients> sets) {
    Map<String, Times> times = new LinkedHashMap<>();
    Map<String, Update> updates = new LinkedHashMap<>();
    for (int step = -warmup; step < steps; step++) {
      boolean counts = step >= 0;
      sets.forEach(
          (name, set) -> {
            Update update = updates.computeIfAbsent(name, key -> new Update());
            Times kept = counts ? times.computeIfAbsent(name, key -> new Times()) : new Times();
            kept.measure(() -> update.apply(workload.trainable(), set.compute()));
          });
    }
    return times;
  }

  /** The largest relative difference between the gradients of the sets. */
  private static double difference(Workload workload, Map<String, Gradients> sets) {
    Map<String, INDArray> reference = new LinkedHashMap<>();
    double largest = 0;
    for (Gradients set : sets.values()) {
      Map<String, INDArray> gradients = set.compute();
      for (String name : workload.names()) {
        INDArray gradient = Objects.requireNonNull(gradients.get(name), name);
        INDArray other = reference.putIfAbsent(name, gradient.dup());
        if (other != null) {
          double scale = other.amaxNumber().doubleValue();
          largest = Math.max(largest, other.sub(gradient).amaxNumber().doubleValue() / scale);
        }
      }
    }
    return largest;
  }
}
