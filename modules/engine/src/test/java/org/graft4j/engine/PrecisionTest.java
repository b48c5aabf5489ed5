/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.graft4j.engine.StockComparison.assertClose;
import static org.graft4j.engine.StockComparison.at;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.graft4j.engine.kernels.nd4j.Nd4jKernels;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Value;
import org.graft4j.models.bert.BertConfig;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

final class PrecisionTest {
  private static final BertConfig ENCODER =
      BertConfig.builder()
          .vocabularySize(50)
          .hiddenSize(32)
          .layers(2)
          .heads(4)
          .intermediateSize(64)
          .maxPositions(32)
          .build();

  @Test
  void roundedWeightsComputeWhatAGraphOfRoundedNumbersDoes() {
    Grafted grafted = Grafted.bert(ENCODER, 0);
    Map<String, INDArray> batch = grafted.batch(3, 7);
    Engine rounding = Engine.builder().kernels(new Nd4jKernels()).precision(Precision.BF16).build();
    INDArray plain = logits(grafted, batch, Engine.create());
    INDArray rounded = logits(grafted, batch, rounding);
    Map<String, INDArray> before = roundConstants(grafted);
    INDArray expected = logits(grafted, batch, Engine.create());
    assertThat(before).hasSizeGreaterThanOrEqualTo(12);
    assertClose("logits", rounded, expected, 1e-5);
    assertClose("logits", rounded, plain, 2e-2);
    assertThat(rounded.equalsWithEps(plain, 1e-6)).isFalse();
  }

  @Test
  void theFastKernelsRoundAlike() {
    Grafted grafted = Grafted.bert(ENCODER, 0);
    Map<String, INDArray> batch = grafted.batch(3, 7);
    INDArray plain = logits(grafted, batch, Engine.create());
    INDArray rounded = logits(grafted, batch, Engine.builder().precision(Precision.BF16).build());
    assertClose("logits", rounded, plain, 2e-2);
    assertThat(rounded.equalsWithEps(plain, 1e-6)).isFalse();
  }

  @Test
  void theGraphKeepsItsWeightsAndItsVariablesTheirBits() {
    Grafted grafted = Grafted.bert(ENCODER, 0);
    Map<String, INDArray> before = new HashMap<>();
    for (Value value : GraphView.of(grafted.graph()).constants()) {
      before.put(value.name(), value.array().dup());
    }
    logits(grafted, grafted.batch(3, 7), Engine.builder().precision(Precision.BF16).build());
    before.forEach(
        (name, array) -> assertThat(grafted.graph().getVariable(name).getArr()).isEqualTo(array));
    INDArray variable = grafted.graph().getVariable("classifier.weight").getArr();
    assertThat(variable.dataType()).isEqualTo(DataType.FLOAT);
  }

  @Test
  void trainingFollowsThatOfFloats() {
    List<Double> floats = losses(Precision.FP32);
    List<Double> rounded = losses(Precision.BF16);
    assertThat(floats.get(floats.size() - 1)).isLessThan(0.7 * floats.get(0));
    for (int i = 0; i < floats.size(); i++) {
      assertThat(rounded.get(i)).isCloseTo(floats.get(i), offset(0.03 * floats.get(0)));
    }
    assertThat(rounded).isNotEqualTo(floats);
  }

  @Test
  void aLeasedPlanOutlivesItsCompiledGraph() {
    Grafted grafted = Grafted.bert(ENCODER, 0);
    Map<String, INDArray> batch = grafted.batch(3, 7);
    CompiledGraph compiled =
        Engine.builder()
            .precision(Precision.BF16)
            .build()
            .compile(grafted.graph(), List.of("logits"));
    try (Plan plan = compiled.planFor(batch)) {
      plan.run(batch);
      INDArray before = plan.output("logits").dup();
      compiled.close();
      plan.run(batch);
      assertThat(plan.output("logits")).isEqualTo(before);
    }
    assertThatThrownBy(() -> compiled.planFor(batch))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the compiled graph is closed");
  }

  private static INDArray logits(Grafted grafted, Map<String, INDArray> batch, Engine engine) {
    try (CompiledGraph compiled = engine.compile(grafted.graph(), List.of("logits"))) {
      return at(compiled.run(batch), "logits");
    }
  }

  /** Rounds the matrices that are constants, but for the tables; returns what they were. */
  private static Map<String, INDArray> roundConstants(Grafted grafted) {
    Map<String, INDArray> before = new HashMap<>();
    for (Value value : GraphView.of(grafted.graph()).constants()) {
      INDArray array = value.array();
      boolean table = value.name().contains("embeddings");
      if (array.rank() == 2 && array.size(0) >= 32 && array.size(1) >= 32 && !table) {
        before.put(value.name(), array.dup());
        array.assign(array.castTo(DataType.BFLOAT16).castTo(DataType.FLOAT));
      }
    }
    return before;
  }

  private static List<Double> losses(Precision precision) {
    Grafted grafted = Grafted.bert(ENCODER, 0);
    Map<String, INDArray> batch = grafted.batch(8, 7);
    List<Double> losses = new ArrayList<>();
    Engine engine = Engine.builder().precision(precision).build();
    try (CompiledGraph compiled =
            engine.compileTraining(
                grafted.graph(), grafted.loss(), grafted.trainable(), List.of());
        Plan plan = compiled.planFor(batch)) {
      for (int step = 0; step < 30; step++) {
        plan.run(batch);
        losses.add(plan.loss());
        for (String name : grafted.trainable()) {
          grafted.graph().getVariable(name).getArr().subi(plan.gradient(name).mul(0.3));
        }
      }
    }
    return losses;
  }
}
