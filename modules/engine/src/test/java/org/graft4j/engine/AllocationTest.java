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
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A step allocates next to nothing on the Java heap, however many instructions it has.
 *
 * <p>What is left is some 1.7 KB: a pointer for each placeholder, the record of the run, and two
 * old ops of ND4J in the cross entropy, its exponential and its logarithm. One more op that goes
 * through ND4J's executioner for each instruction of one kind would take it over the bound.
 */
final class AllocationTest {
  private static final int WARMUP = 300;
  private static final int STEPS = 200;
  private static final long BOUND = 3072;
  private static final long BOUND_WITH_DROPOUT = 8192;

  @Test
  void aStepAllocatesAlmostNothing() throws JMException {
    assertThat(bytesPerStep(Grafted.bert(0), Map.of())).isLessThan(BOUND);
  }

  @Test
  void aStepWithARowGateAllocatesAlmostNothing() throws JMException {
    Map<String, INDArray> rows = Map.of("t.rows", Nd4j.createFromArray(1f, 0.5f));
    assertThat(bytesPerStep(Grafted.bert(0), rows)).isLessThan(BOUND);
  }

  /** Each mask is drawn by an old op of ND4J. */
  @Test
  void aStepWithDropoutAllocatesLittle() throws JMException {
    assertThat(bytesPerStep(Grafted.bert(0.1), Map.of())).isLessThan(BOUND_WITH_DROPOUT);
  }

  private static long bytesPerStep(Grafted grafted, Map<String, INDArray> rowGates)
      throws JMException {
    Map<String, INDArray> batch = grafted.batch(2, 7);
    batch.putAll(rowGates);
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
