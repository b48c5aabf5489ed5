/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters.lora;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.graft4j.adapters.AdaptedGraph;
import org.graft4j.adapters.AdapterContract;
import org.graft4j.adapters.Adapters;
import org.graft4j.adapters.Parameter;
import org.graft4j.adapters.Stock;
import org.graft4j.adapters.Targets;
import org.graft4j.adapters.TestModel;
import org.graft4j.adapters.TestModels;
import org.graft4j.adapters.lora.LoraConfig.Initialisation;
import org.graft4j.engine.CompiledGraph;
import org.graft4j.engine.Engine;
import org.graft4j.engine.Plan;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LoraTest extends AdapterContract<LoraConfig> {

  private static final String QUERY = "encoder.layer.0.attention.self.query";
  private final TestModel model = TestModels.bert();
  private final SameDiff graph = model.graph();

  @Override
  protected LoraConfig config(Targets targets) {
    return LoraConfig.builder().rank(3).alpha(6).dropout(0.1).targets(targets).seed(1).build();
  }

  @Override
  protected long parametersAt(long in, long out) {
    return 3 * (in + out);
  }

  @Test
  void namesItsPartsAfterTheLayer() {
    AdaptedGraph adapted = Adapters.attach(graph, "spam", config(Targets.of("query")));
    assertThat(adapted.adapter("spam").parameters())
        .extracting(Parameter::key)
        .containsExactly(
            "encoder.layer.0.attention.self.query.lora_A.weight",
            "encoder.layer.0.attention.self.query.lora_B.weight",
            "encoder.layer.1.attention.self.query.lora_A.weight",
            "encoder.layer.1.attention.self.query.lora_B.weight");
    assertThat(adapted.adapter("spam").parameter(QUERY + ".lora_A.weight").variable())
        .isEqualTo(QUERY + ".spam.lora_A.weight");
    for (String name : List.of(".gate", ".dropout@0.1", "/down", "/up", "/scale", "/add")) {
      assertThat(graph.hasVariable(QUERY + ".spam" + name)).as(name).isTrue();
    }
  }

  @Test
  void startsAsPeftDoes() {
    INDArray a = initial(Initialisation.DEFAULT, "lora_A.weight");
    assertThat(a.shape()).containsExactly(64, 16);
    assertThat(a.amaxNumber().doubleValue()).isBetween(0.24, 0.25);
    assertThat(a.stdNumber().doubleValue()).isBetween(0.138, 0.150); // 0.25 / √3 = 0.144
    assertThat(initial(Initialisation.DEFAULT, "lora_B.weight")).isEqualTo(Nd4j.zeros(16, 64));
    INDArray gaussian = initial(Initialisation.GAUSSIAN, "lora_A.weight");
    assertThat(gaussian.stdNumber().doubleValue()).isBetween(0.0145, 0.0168); // 1 / 64
    assertThat(initial(Initialisation.GAUSSIAN, "lora_B.weight")).isEqualTo(Nd4j.zeros(16, 64));
    INDArray b = initial(Initialisation.NONE, "lora_B.weight");
    assertThat(b.amaxNumber().doubleValue()).isBetween(0.12, 0.125);
  }

  private static INDArray initial(Initialisation initialisation, String suffix) {
    LoraConfig config =
        LoraConfig.builder()
            .rank(64)
            .targets("query")
            .initialisation(initialisation)
            .seed(5)
            .build();
    return Adapters.attach(TestModels.bert().graph(), "spam", config)
        .adapter("spam")
        .parameter(QUERY + "." + suffix)
        .array();
  }

  @Test
  void dependsOnTheSeedAndTheLayerOnly() {
    INDArray alone = a(config(Targets.of("query")));
    assertThat(a(config(Targets.of("key", "query")))).isEqualTo(alone);
    assertThat(a(config(Targets.of("query")).toBuilder().seed(2).build())).isNotEqualTo(alone);
    AdaptedGraph adapted = Adapters.attach(graph, "x", config(Targets.of("query")));
    assertThat(
            adapted
                .adapter("x")
                .parameter("encoder.layer.1.attention.self.query.lora_A.weight")
                .array())
        .isNotEqualTo(alone);
  }

  private static INDArray a(LoraConfig config) {
    return Adapters.attach(TestModels.bert().graph(), "x", config)
        .adapter("x")
        .parameter(QUERY + ".lora_A.weight")
        .array();
  }

  @Test
  void readsRankAndAlphaPatterns() {
    LoraConfig config =
        LoraConfig.builder()
            .rank(4)
            .alpha(8)
            .targets("query", "value")
            .rankPattern(Map.of("layer.0.attention.self.query", 2))
            .alphaPattern(Map.of(".*value", 3.0))
            .build();
    AdaptedGraph adapted = Adapters.attach(graph, "x", config);
    assertThat(adapted.adapter("x").parameter(QUERY + ".lora_A.weight").array().shape())
        .containsExactly(2, 16);
    assertThat(gate("layer.0.attention.self.query")).isEqualTo(4);
    assertThat(gate("layer.1.attention.self.query")).isEqualTo(2);
    assertThat(gate("layer.1.attention.self.value")).isEqualTo(0.75);
    assertThat(config.toBuilder().rsLora(true).build().method().scale("query")).isEqualTo(4);
  }

  private double gate(String path) {
    return graph.getArrForVarName("encoder." + path + ".x.gate").getDouble(0);
  }

  @Test
  void dropsInputsInTrainingOnly() {
    LoraConfig config = config(Targets.of("query", "value")).toBuilder().dropout(0.5).build();
    AdaptedGraph adapted = Adapters.attach(graph, "x", config);
    Stock.disturb(adapted.trainable(), 1);
    String loss = Stock.squareLoss(graph, model.output());
    List<String> names = adapted.trainable().stream().map(Parameter::variable).toList();
    double evaluated = model.run(graph, loss).getDouble(0);
    try (CompiledGraph training =
            Engine.create().compileTraining(graph, loss, names, List.of(model.output()));
        Plan plan = training.planFor(model.inputs())) {
      plan.run(model.inputs(), 1);
      double once = plan.loss();
      for (String name : names) {
        assertThat(plan.gradient(name).norm2Number().doubleValue()).as(name).isPositive();
      }
      plan.run(model.inputs(), 2);
      assertThat(plan.loss()).isNotEqualTo(once).isNotEqualTo(evaluated);
      plan.run(model.inputs(), 1);
      assertThat(plan.loss()).isEqualTo(once);
    }
    assertThat(model.run(graph, loss).getDouble(0)).isEqualTo(evaluated);
  }

  @Test
  void takesARankAboveTheWidth() {
    LoraConfig config = config(Targets.of("query")).toBuilder().rank(40).build();
    AdaptedGraph adapted = Adapters.attach(graph, "x", config);
    Stock.disturb(adapted.trainable(), 1);
    assertThat(Stock.distance(model.run(adapted.merged()), model.run(graph))).isLessThan(1e-5);
  }

  @Test
  void computesInDouble() {
    SameDiff graph = SameDiff.create();
    SplittableRandom random = new SplittableRandom(1);
    INDArray weight = Nd4j.createFromArray(random.doubles(12).toArray()).reshape(3, 4);
    var x = graph.placeHolder("x", org.nd4j.linalg.api.buffer.DataType.DOUBLE, -1, 3);
    var w = graph.constant("layer.weight", weight);
    graph.identity("y", graph.mmul("layer/mmul", x, w));
    AdaptedGraph adapted = Adapters.attach(graph, "x", config(Targets.of("layer")));
    Stock.disturb(adapted.trainable(), 1);
    String loss = Stock.squareLoss(graph, "y");
    Map<String, INDArray> inputs = Map.of("x", Nd4j.createFromArray(new double[][] {{1, -2, 3}}));
    for (Parameter parameter : adapted.trainable()) {
      INDArray gradient =
          requireNonNull(
              Stock.gradients(graph, inputs, List.of(parameter.variable()))
                  .get(parameter.variable()));
      for (long i = 0; i < gradient.length(); i++) {
        double value = parameter.array().getDouble(i);
        parameter.array().putScalar(i, value + 1e-5);
        double up = graph.outputSingle(inputs, loss).getDouble(0);
        parameter.array().putScalar(i, value - 1e-5);
        double down = graph.outputSingle(inputs, loss).getDouble(0);
        parameter.array().putScalar(i, value);
        assertThat(gradient.getDouble(i))
            .as(parameter.key())
            .isCloseTo((up - down) / 2e-5, org.assertj.core.data.Offset.offset(1e-7));
      }
    }
  }
}
