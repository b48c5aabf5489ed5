/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.graft4j.engine.CompiledGraph;
import org.graft4j.engine.Engine;
import org.graft4j.engine.Plan;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Gradients by the engine. */
final class EngineGradients implements Gradients {
  private final Workload workload;
  private final CompiledGraph compiled;
  private final Plan plan;

  EngineGradients(Workload workload, Engine engine) {
    this.workload = workload;
    this.compiled =
        engine.compileTraining(workload.graph(), Workload.LOSS, workload.names(), List.of());
    this.plan = compiled.planFor(workload.batch());
  }

  @Override
  public Map<String, INDArray> compute() {
    plan.run(workload.batch());
    Map<String, INDArray> gradients = new LinkedHashMap<>();
    workload.names().forEach(name -> gradients.put(name, plan.gradient(name)));
    return gradients;
  }

  Plan plan() {
    return plan;
  }

  @Override
  public void close() {
    plan.close();
    compiled.close();
  }
}
