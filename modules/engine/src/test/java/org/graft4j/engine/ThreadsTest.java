/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.graft4j.engine.StockComparison.assertClose;
import static org.graft4j.engine.StockComparison.at;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.graft4j.engine.kernels.onednn.OneDnnKernels;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Eight threads, each with a plan of its own over the same weights. */
final class ThreadsTest {
  private static final int THREADS = 8;
  private static final int ROUNDS = 6;
  private static final int SHORT = 5;

  private final Grafted grafted = Grafted.bert(0);

  /**
   * Of two lengths in turn, with room for two idle plans: they are made and closed all the time.
   */
  @Test
  void threadsComputeWhatOneComputes() throws Exception {
    try (CompiledGraph compiled = compiled()) {
      Map<Integer, Map<String, INDArray>> expected = new HashMap<>();
      for (int thread = 0; thread < THREADS; thread++) {
        for (int length = SHORT; length < SHORT + 2; length++) {
          Map<String, INDArray> batch = batch(thread, length);
          try (Plan plan = compiled.planFor(batch)) {
            plan.run(batch);
            expected.put(key(thread, length), gradients(plan));
          }
        }
      }
      onEachThread(
          thread -> {
            for (int round = 0; round < ROUNDS; round++) {
              int length = SHORT + (thread + round) % 2;
              Map<String, INDArray> batch = batch(thread, length);
              try (Plan plan = compiled.planFor(batch)) {
                plan.run(batch);
                assertSame(
                    gradients(plan), Objects.requireNonNull(expected.get(key(thread, length))));
              }
            }
          });
    }
  }

  @Test
  void plansThatAreLeasedOutliveTheirGraph() throws Exception {
    CyclicBarrier leased = new CyclicBarrier(THREADS + 1);
    CyclicBarrier closed = new CyclicBarrier(THREADS + 1);
    CompiledGraph compiled = compiled();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Map<String, INDArray> batch = batch(i, SHORT);
        Callable<Void> work =
            () -> {
              try (Plan plan = compiled.planFor(batch)) {
                plan.run(batch);
                Map<String, INDArray> before = gradients(plan);
                leased.await();
                closed.await();
                plan.run(batch);
                assertSame(gradients(plan), before);
              }
              return null;
            };
        done.add(threads.submit(work));
      }
      leased.await();
      compiled.close();
      closed.await();
      for (Future<?> each : done) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThatThrownBy(() -> compiled.planFor(batch(0, SHORT)))
        .hasMessage("the compiled graph is closed");
  }

  private CompiledGraph compiled() {
    return Engine.builder()
        .kernels(new OneDnnKernels())
        .maxPlans(2)
        .build()
        .compileTraining(grafted.graph(), grafted.loss(), grafted.trainable(), List.of());
  }

  /** Other words for each thread, in the same shape. */
  private Map<String, INDArray> batch(int thread, int length) {
    Map<String, INDArray> batch = grafted.batch(2, length);
    batch.put("input_ids", at(batch, "input_ids").add(thread));
    return batch;
  }

  private Map<String, INDArray> gradients(Plan plan) {
    Map<String, INDArray> gradients = new HashMap<>();
    for (String name : grafted.trainable()) {
      gradients.put(name, plan.gradient(name).dup());
    }
    return gradients;
  }

  private static void assertSame(Map<String, INDArray> actual, Map<String, INDArray> expected) {
    assertThat(actual).isNotEmpty();
    actual.forEach((name, array) -> assertClose(name, array, at(expected, name), 1e-5));
  }

  private static int key(int thread, int length) {
    return thread * 100 + length;
  }

  /** What a thread does. */
  private interface Work {
    void run(int thread) throws Exception;
  }

  private static void onEachThread(Work work) throws Exception {
    CyclicBarrier start = new CyclicBarrier(THREADS);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        Callable<Void> task =
            () -> {
              start.await();
              work.run(thread);
              return null;
            };
        done.add(threads.submit(task));
      }
      for (Future<?> each : done) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
