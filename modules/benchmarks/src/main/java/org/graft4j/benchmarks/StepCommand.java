/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.graft4j.engine.TrainingMemory;
import org.graft4j.engine.kernels.nd4j.Nd4jKernels;
import org.graft4j.engine.kernels.onednn.OneDnnKernels;
import org.graft4j.models.bert.BertConfig;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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

  @Option(
      names = "--recompute",
      description = "Compute layers again in the backward pass instead of keeping them.")
  private boolean recompute;

  @Spec private @Nullable CommandSpec spec;

  /** Made by picocli. */
  StepCommand() {}

  @Override
  public Integer call() throws JsonProcessingException {
    BertConfig config =
        BertConfig.builder()
            .layers(layers)
            .hiddenSize(hidden)
            .heads(heads)
            .intermediateSize(4 * hidden)
            .maxPositions(Math.max(512, length))
            .build();
    Workload workload = Workload.of(config, rank, batch, length);
    Map<String, Gradients> sets = new LinkedHashMap<>();
    for (String name : kernels) {
      sets.put(name, gradients(name, workload));
    }
    Map<String, Object> result = new LinkedHashMap<>();
    if (sets.size() > 1) {
      result.put("max_gradient_difference", difference(workload, sets));
    }
    Map<String, List<Double>> times = time(workload, sets);
    times.forEach((name, each) -> result.put(name, summary(each)));
    if (times.size() == 1) {
      result.putAll(summary(times.values().iterator().next()));
      result.remove(kernels.get(0));
      result.put("kernels", kernels.get(0));
    } else {
      List<List<Double>> both = List.copyOf(times.values());
      result.put("ratio", rounded(median(both.get(1)) / median(both.get(0))));
    }
    result.put("peak_rss_mb", Memory.peakMegabytes());
    sets.values().forEach(Gradients::close);
    line().getOut().println(new ObjectMapper().writeValueAsString(result));
    return 0;
  }

  private CommandLine line() {
    return Objects.requireNonNull(spec).commandLine();
  }

  private Gradients gradients(String name, Workload workload) {
    return switch (name) {
      case "nd4j" -> new EngineGradients(workload, new Nd4jKernels(), memory());
      case "onednn" -> new EngineGradients(workload, new OneDnnKernels(), memory());
      case "samediff" -> new StockGradients(workload);
      default ->
          throw new ParameterException(line(), "kernels must be onednn, nd4j or samediff: " + name);
    };
  }

  private TrainingMemory memory() {
    return recompute ? TrainingMemory.RECOMPUTE_LAYERS : TrainingMemory.KEEP_ACTIVATIONS;
  }

  private Map<String, List<Double>> time(Workload workload, Map<String, Gradients> sets) {
    Map<String, List<Double>> times = new LinkedHashMap<>();
    Map<String, Update> updates = new LinkedHashMap<>();
    for (int step = -warmup; step < steps; step++) {
      boolean counts = step >= 0;
      sets.forEach(
          (name, set) -> {
            Update update = updates.computeIfAbsent(name, key -> new Update());
            long start = System.nanoTime();
            update.apply(workload.trainable(), set.compute());
            double milliseconds = (System.nanoTime() - start) / 1e6;
            if (counts) {
              times.computeIfAbsent(name, key -> new ArrayList<>()).add(milliseconds);
            }
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

  private static Map<String, Object> summary(List<Double> times) {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("median_ms", rounded(median(times)));
    summary.put("min_ms", rounded(Collections.min(times)));
    return summary;
  }

  private static double median(List<Double> times) {
    List<Double> sorted = times.stream().sorted().toList();
    return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
  }

  private static double rounded(double number) {
    return Math.round(number * 100) / 100.0;
  }
}
