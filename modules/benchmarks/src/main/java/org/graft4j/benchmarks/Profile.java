/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.graft4j.engine.CompiledGraph;
import org.graft4j.engine.Engine;
import org.graft4j.engine.Plan;
import org.graft4j.engine.PlanMemory;
import org.graft4j.engine.kernels.Kernels;
import org.graft4j.engine.program.Instruction;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where the time of a plan goes: the fastest of several runs, instruction by instruction.
 *
 * @param costs each instruction that ran, slowest first
 * @param kinds the same by kind, slowest first
 * @param peak billions of operations a second in one large product on the same kernels
 * @param memory what the memory of the plan is for
 */
record Profile(List<Cost> costs, List<Kind> kinds, double peak, PlanMemory memory) {
  private static final int RUNS = 7;

  /** The side of the square matrices whose product is taken for the peak. */
  private static final int SIDE = 2048;

  /**
   * Instructions of one kind together.
   *
   * @param name the name of the op
   * @param count how many there are
   * @param milliseconds their time
   * @param share of the time of all
   * @param megabytes of operands read and written
   * @param gflops billions of operations of products a second; 0 without products
   */
  record Kind(
      @JsonProperty("kind") String name,
      int count,
      @JsonProperty("ms") double milliseconds,
      double share,
      @JsonProperty("mb") double megabytes,
      double gflops) {}

  static Profile of(Plan plan, Map<String, INDArray> batch, Kernels kernels) {
    List<Cost> costs = new ArrayList<>(fastest(plan, batch));
    costs.sort(Comparator.comparingLong(Cost::nanoseconds).reversed());
    return new Profile(costs, kinds(costs), peak(kernels), plan.memory());
  }

  private static List<Cost> fastest(Plan plan, Map<String, INDArray> batch) {
    Map<Instruction, Long> best = new LinkedHashMap<>(plan.profile(batch));
    for (int run = 1; run < RUNS; run++) {
      plan.profile(batch).forEach((instruction, time) -> best.merge(instruction, time, Math::min));
    }
    return best.entrySet().stream().map(e -> new Cost(e.getKey(), e.getValue())).toList();
  }

  private static List<Kind> kinds(List<Cost> costs) {
    Map<String, List<Cost>> byName = new LinkedHashMap<>();
    costs.forEach(c -> byName.computeIfAbsent(c.kind(), name -> new ArrayList<>()).add(c));
    double all = nanoseconds(costs);
    List<Kind> kinds = new ArrayList<>();
    byName.forEach(
        (name, same) -> {
          double time = nanoseconds(same);
          double bytes = same.stream().mapToLong(Cost::bytes).sum();
          double operations = same.stream().mapToLong(Cost::operations).sum();
          kinds.add(
              new Kind(
                  name,
                  same.size(),
                  Times.rounded(time / 1e6),
                  Times.rounded(time / all * 100) / 100,
                  Times.rounded(bytes / 1e6),
                  Times.rounded(operations / time)));
        });
    kinds.sort(Comparator.comparingDouble(Kind::milliseconds).reversed());
    return kinds;
  }

  private static double nanoseconds(List<Cost> costs) {
    return costs.stream().mapToLong(Cost::nanoseconds).sum();
  }

  private static double peak(Kernels kernels) {
    SameDiff graph = SameDiff.create();
    graph.mmul(
        "product",
        graph.placeHolder("a", DataType.FLOAT, SIDE, SIDE),
        graph.placeHolder("b", DataType.FLOAT, SIDE, SIDE));
    Map<String, INDArray> arrays =
        Map.of(
            "a", Nd4j.rand(DataType.FLOAT, SIDE, SIDE), "b", Nd4j.rand(DataType.FLOAT, SIDE, SIDE));
    try (CompiledGraph compiled =
            Engine.builder().kernels(kernels).build().compile(graph, List.of("product"));
        Plan plan = compiled.planFor(arrays)) {
      List<Cost> product = fastest(plan, arrays);
      return product.stream().mapToLong(Cost::operations).sum() / nanoseconds(product);
    }
  }

  double milliseconds() {
    return nanoseconds(costs) / 1e6;
  }

  /** Returns a table of the kinds and of the memory. */
  @Override
  public String toString() {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT,
            "%-28s %6s %10s %7s %10s %8s %9s%n",
            "kind",
            "count",
            "ms",
            "share",
            "GFLOP/s",
            "of peak",
            "MB"));
    for (Kind kind : kinds) {
      boolean product = kind.gflops > 0;
      table.append(
          String.format(
              Locale.ROOT,
              "%-28s %6d %10.2f %6.1f%% %10s %8s %9.1f%n",
              kind.name,
              kind.count,
              kind.milliseconds,
              100 * kind.milliseconds / milliseconds(),
              product ? String.format(Locale.ROOT, "%.1f", kind.gflops) : "",
              product ? String.format(Locale.ROOT, "%.0f%%", 100 * kind.gflops / peak) : "",
              kind.megabytes));
    }
    table.append(
        String.format(
            Locale.ROOT,
            "sum of the fastest: %.2f ms; peak: %.1f GFLOP/s in a product of %d x %d%n",
            milliseconds(),
            peak,
            SIDE,
            SIDE));
    memoryParts()
        .forEach(
            (what, bytes) ->
                table.append(String.format(Locale.ROOT, "%-28s %9.2f MB%n", what, bytes / 1e6)));
    return table.toString();
  }

  /** Bytes by what they are for, in words. */
  Map<String, Long> memoryParts() {
    Map<String, Long> parts = new LinkedHashMap<>();
    parts.put("weights", memory.weights());
    parts.put("trained", memory.trained());
    parts.put("inputs", memory.inputs());
    parts.put("activations at the peak", memory.activations());
    parts.put("gradients", memory.gradients());
    parts.put("outputs", memory.outputs());
    parts.put("scratch at the peak", memory.scratch());
    parts.put("held by the plan", memory.held());
    return parts;
  }
}
