/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.graft4j.engine.Plan;
import org.graft4j.engine.kernels.Kernels;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Option;

/** Options for a profile behind the times. */
final class ProfileOptions {
  @Option(
      names = "--profile",
      description =
          "Also print time, products per second, bytes moved and memory, and write a chart.")
  private boolean wanted;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "The chart (default ${DEFAULT-VALUE}).")
  private Path report = Path.of("modules/benchmarks/target/bench/report/profile.html");

  /** Made by picocli. */
  ProfileOptions() {}

  boolean wanted() {
    return wanted;
  }

  /** Measures a plan, prints a table, writes the chart, and returns the numbers. */
  Map<String, Object> print(
      String title, Plan plan, Map<String, INDArray> batch, Kernels kernels, PrintWriter out)
      throws IOException {
    Profile profile = Profile.of(plan, batch, kernels);
    out.println(profile);
    new ProfileReport(title + ", kernels " + kernels.name(), profile).write(report);
    Map<String, Object> numbers = new LinkedHashMap<>();
    numbers.put("peak_gflops", Times.rounded(profile.peak()));
    numbers.put("kinds", profile.kinds());
    numbers.put("memory", profile.memory());
    numbers.put("report", report.toString());
    return numbers;
  }
}
