/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Gradients by stock SameDiff's {@code calculateGradients}. */
final class StockGradients implements Gradients {
  private final Workload workload;

  StockGradients(Workload workload) {
    this.workload = workload;
    workload.graph().setLossVariables(Workload.LOSS);
    PrintStream out = System.out;
    // SameDiff prints a line for each op that it differentiates
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    try {
      workload.graph().createGradFunction();
    } finally {
      System.setOut(out);
    }
  }

  @Override
  public Map<String, INDArray> compute() {
    return workload.graph().calculateGradients(workload.batch(), workload.names());
  }
}
