/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;
import org.graft4j.engine.kernels.onednn.OneDnnKernels;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A step allocates next to nothing on the Java heap, however many instructions it has.
 *
 * <p>What is left is some 0.5 KB: a pointer for each placeholder, and the record of the run. An op
 * that goes through ND4J's executioner makes some 600 bytes of garbage, so that one of them for
 * each layer would take it over the bound.
 */
final class AllocationTest {
  private static final int WARMUP = 300;
  private static final int STEPS = 200;
  private static final long BOUND = 1536;
  private static final long BOUND_WITH_DROPOUT = 8192;

  @Test
  void aStepAllocatesAlmostNothing() throws JMException {
    assertThat(bytesPerStepOfBert(Grafted.bert(0), Map.of())).isLessThan(BOUND);
  }

  @Test
  void aStepWithARowGateAllocatesAlmostNothing() throws JMException {
    Map<String, INDArray> rows = Map.of("t.rows", Nd4j.createFromArray(1f, 0.5f));
    assertThat(bytesPerStepOfBert(Grafted.bert(0), rows)).isLessThan(BOUND);
  }

  /** Each mask is drawn by an old op of ND4J. */
  @Test
  void aStepWithDropoutAllocatesLittle() throws JMException {
    assertThat(bytesPerStepOfBert(Grafted.bert(0.1), Map.of())).isLessThan(BOUND_WITH_DROPOUT);
  }

  /** Among the rows are some that count and some that do not. */
  @Test
  void aStepWithClassIdsAllocatesAlmostNothing() throws JMException {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 8);
    SDVariable ids = graph.placeHolder("ids", DataType.INT64, -1);
    SDVariable logits = x.mmul(graph.var("w", Nd4j.ones(DataType.FLOAT, 8, 5)));
    graph.loss().sparseSoftmaxCrossEntropy("losses", logits, ids).mean("loss");
    Map<String, INDArray> batch =
        Map.of(
            "x", Nd4j.ones(DataType.FLOAT, 4, 8), "ids", Nd4j.createFromArray(1L, -100L, 4L, -1L));
    assertThat(bytesPerStep(new Grafted(graph, "loss", List.of("w"), List.of()), batch))
        .isLessThan(BOUND);
  }

  /** Of a model with adapters, with gates for its rows. */
  private static long bytesPerStepOfBert(Grafted grafted, Map<String, INDArray> rowGates)
      throws JMException {
    Map<String, INDArray> batch = grafted.batch(2, 7);
    batch.putAll(rowGates);
    return bytesPerStep(grafted, batch);
  }

  private static long bytesPerStep(Grafted grafted, Map<String, INDArray> batch)
      throws JMException {
    Engine engine = Engine.builder().kernels(new OneDnnKernels()).build();
    try (CompiledGraph compiled =
            engine.compileTraining(
                grafted.graph(), grafted.loss(), grafted.trainable(), List.of());
        Plan plan = compiled.planFor(batch)) {
      steps(plan, batch, WARMUP);
      long before = allocatedBytes();
      steps(plan, batch, STEPS);
      return (allocatedBytes() - before) / STEPS;
    }
  }

  /** Bytes that this thread has allocated; the bean's own type is not part of the platform. */
  private static long allocatedBytes() throws JMException {
    return (long)
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME),
                "getThreadAllocatedBytes",
                new Object[] {Thread.currentThread().getId()},
                new String[] {"long"});
  }

  private static void steps(Plan plan, Map<String, INDArray> batch, int count) {
    for (int step = 0; step < count; step++) {
      plan.run(batch, step);
    }
  }
}
