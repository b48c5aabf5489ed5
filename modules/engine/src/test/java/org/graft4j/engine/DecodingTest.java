/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.graft4j.engine.StockComparison.assertClose;
import static org.graft4j.engine.StockComparison.at;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.graft4j.engine.kernels.Kernels;
import org.graft4j.engine.kernels.nd4j.Nd4jKernels;
import org.graft4j.engine.kernels.onednn.OneDnnKernels;
import org.graft4j.graph.Markers;
import org.graft4j.models.Form;
import org.graft4j.models.TinyFamilies;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

final class DecodingTest {
  private static final int CAPACITY = 48;

  /** Runs of one or more tokens each, into the same caches. */
  private static final class Session {
    private final CompiledGraph compiled;
    private final long[][] mask;
    private int length;

    Session(CompiledGraph compiled, int rows, int capacity) {
      this.compiled = compiled;
      this.mask = new long[rows][capacity];
    }

    /** The logits of new tokens, of which some are padding before all others. */
    INDArray run(long[][] ids, long[][] tokens) {
      int count = ids[0].length;
      long[][] positions = new long[ids.length][count];
      for (int row = 0; row < ids.length; row++) {
        System.arraycopy(tokens[row], 0, mask[row], length, count);
        for (int i = 0; i < count; i++) {
          long before = LongStream.of(mask[row]).limit(length + i + 1L).sum();
          positions[row][i] = Math.max(0, before - 1);
        }
      }
      Map<String, INDArray> arrays = new HashMap<>();
      arrays.put("input_ids", Nd4j.createFromArray(ids));
      arrays.put("attention_mask", Nd4j.createFromArray(mask));
      arrays.put(Markers.SLOTS, Nd4j.createFromArray(slots(length, count)));
      arrays.put(Markers.POSITIONS, Nd4j.createFromArray(positions));
      length += count;
      return at(compiled.run(arrays), "logits");
    }
  }

  private static long[] slots(int first, int count) {
    return LongStream.range(first, first + count).toArray();
  }

  private static long[][] numbers(INDArray matrix) {
    return matrix.toLongMatrix();
  }

  @TestFactory
  Stream<DynamicTest> greedyTextIsThatOfTransformers() {
    return TinyFamilies.names().stream()
        .filter(family -> TinyFamilies.arrays(family, "cases").containsKey("greedy.output_ids"))
        .flatMap(
            family ->
                Stream.of(new OneDnnKernels(), new Nd4jKernels())
                    .map(
                        set ->
                            DynamicTest.dynamicTest(
                                family + " " + set.name(), () -> greedy(family, set))));
  }

  private static void greedy(String family, Kernels set) {
    Map<String, INDArray> arrays = TinyFamilies.arrays(family, "cases");
    long[][] expected = numbers(at(arrays, "greedy.output_ids"));
    SameDiff graph = TinyFamilies.graph(family, Form.CAUSAL_LM);
    Engine engine = Engine.builder().kernels(set).build();
    try (CompiledGraph compiled = engine.compileDecoding(graph, List.of("logits"), CAPACITY)) {
      Session session = new Session(compiled, expected.length, CAPACITY);
      INDArray logits =
          session.run(
              numbers(at(arrays, "greedy.input_ids")),
              numbers(at(arrays, "greedy.attention_mask")));
      long[][] one = new long[expected.length][1];
      long[][] written = new long[expected.length][expected[0].length];
      for (int i = 0; i < expected[0].length; i++) {
        INDArray last =
            logits.get(
                NDArrayIndex.all(), NDArrayIndex.point(logits.size(1) - 1), NDArrayIndex.all());
        for (int row = 0; row < one.length; row++) {
          one[row][0] = last.getRow(row).argMax().getLong(0);
          written[row][i] = one[row][0];
        }
        logits = session.run(one, ones(one.length, 1));
      }
      assertThat(written).isDeepEqualTo(expected);
    }
  }

  private static long[][] ones(int rows, int columns) {
    return Nd4j.ones(rows, columns).toLongMatrix();
  }

  @Test
  void tokensInPiecesGiveTheLogitsOfTheWhole() {
    SameDiff graph = TinyFamilies.graph("llama", Form.CAUSAL_LM);
    long[][] ids = {{5, 9, 44, 3, 17, 60, 61, 8, 9}};
    try (CompiledGraph compiled =
        Engine.create().compileDecoding(graph, List.of("logits"), CAPACITY)) {
      INDArray whole = new Session(compiled, 1, CAPACITY).run(ids, ones(1, 9));
      Session pieces = new Session(compiled, 1, CAPACITY);
      int at = 0;
      for (int size : new int[] {4, 1, 3, 1}) {
        long[][] part = {java.util.Arrays.copyOfRange(ids[0], at, at + size)};
        INDArray logits = pieces.run(part, ones(1, size));
        INDArray expected =
            whole.get(NDArrayIndex.all(), NDArrayIndex.interval(at, at + size), NDArrayIndex.all());
        assertClose("logits from " + at, logits, expected.dup('c'), 1e-5);
        at += size;
      }
    }
  }

  @Test
  void aSlotBehindTheCacheIsRefused() {
    SameDiff graph = TinyFamilies.graph("llama", Form.CAUSAL_LM);
    try (CompiledGraph compiled = Engine.create().compileDecoding(graph, List.of("logits"), 4)) {
      Map<String, INDArray> arrays = new HashMap<>();
      arrays.put("input_ids", Nd4j.createFromArray(new long[][] {{5, 6}}));
      arrays.put("attention_mask", Nd4j.createFromArray(ones(1, 4)));
      arrays.put(Markers.SLOTS, Nd4j.createFromArray(3L, 4L));
      arrays.put(Markers.POSITIONS, Nd4j.createFromArray(new long[][] {{3, 4}}));
      assertThatThrownBy(() -> compiled.run(arrays))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("slots must be from 0 to 3 (node 'model.layers.0.self_attn/")
          .hasMessageEndingWith("'): 3");
    }
  }

  @Test
  void aGraphWithoutSlotsIsRefused() {
    SameDiff graph = SameDiff.create();
    graph.math().tanh("y", graph.constant("x", 1f));
    assertThatThrownBy(() -> Engine.create().compileDecoding(graph, List.of("y"), 4))
        .hasMessage(
            "the graph has no value 'graph/slots' by which keys are cached; load the model from its"
                + " Hugging Face directory or GGUF file");
    SameDiff llama = TinyFamilies.graph("llama", Form.CAUSAL_LM);
    assertThatThrownBy(() -> Engine.create().compileDecoding(llama, List.of("logits"), 0))
        .hasMessage("the capacity of a cache must be positive: 0");
  }
}
