/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.graft4j.engine.StockComparison.assertClose;
import static org.graft4j.engine.StockComparison.assertSameGradients;
import static org.graft4j.engine.StockComparison.at;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Value;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Training plans: gradients, gates, dropout, threads, and what is refused. */
final class TrainingTest {

  @Test
  void gradientsAreThoseOfStock() {
    Grafted grafted = Grafted.bert(0);
    String[] trainable = grafted.trainable().toArray(String[]::new);
    assertSameGradients(grafted.graph(), grafted.batch(2, 7), grafted.loss(), 1e-5, trainable);
  }

  @Test
  void nothingIsLeftInPieces() {
    Grafted grafted = Grafted.bert(0.1);
    try (CompiledGraph compiled = training(grafted)) {
      assertThat(compiled.report(shapes(grafted.batch(2, 7))).findings()).isEmpty();
      assertThat(compiled.placeholders())
          .containsExactlyInAnyOrder("input_ids", "attention_mask", "token_type_ids", "labels");
    }
  }

  @Test
  void frozenWeightsStayAndAnUpdateIsSeen() {
    Grafted grafted = Grafted.bert(0);
    Map<String, INDArray> before = new HashMap<>();
    for (Value value : GraphView.of(grafted.graph()).constants()) {
      before.put(value.name(), value.array().dup());
    }
    Map<String, INDArray> batch = grafted.batch(2, 7);
    try (CompiledGraph compiled = training(grafted);
        Plan plan = compiled.planFor(batch)) {
      plan.run(batch);
      double loss = plan.loss();
      for (String name : grafted.trainable()) {
        grafted.graph().getVariable(name).getArr().subi(plan.gradient(name).mul(0.1));
      }
      plan.run(batch);
      assertThat(plan.loss()).isLessThan(loss);
    }
    before.forEach(
        (name, array) -> assertThat(grafted.graph().getVariable(name).getArr()).isEqualTo(array));
  }

  @Test
  void aProfileIsARunAndNamesWhatRan() {
    Grafted grafted = Grafted.bert(0);
    Map<String, INDArray> batch = grafted.batch(2, 7);
    try (CompiledGraph compiled = training(grafted);
        Plan plan = compiled.planFor(batch)) {
      plan.run(batch);
      double loss = plan.loss();
      grafted.trainable().forEach(name -> plan.gradient(name).assign(0));
      assertThat(plan.profile(batch))
          .hasSizeGreaterThan(20)
          .allSatisfy((i, t) -> assertThat(t).isPositive());
      assertThat(plan.loss()).isEqualTo(loss);
      assertThat(grafted.trainable())
          .anySatisfy(
              name -> assertThat(plan.gradient(name).amaxNumber().doubleValue()).isPositive());
    }
  }

  @Test
  void memoryIsToldByPurpose() {
    Grafted grafted = Grafted.bert(0);
    Map<String, INDArray> batch = grafted.batch(2, 7);
    try (CompiledGraph compiled = training(grafted);
        Plan plan = compiled.planFor(batch)) {
      PlanMemory memory = plan.memory();
      long trained = 0;
      for (String name : grafted.trainable()) {
        trained += grafted.graph().getVariable(name).getArr().length() * Float.BYTES;
      }
      assertThat(memory.trained()).isEqualTo(trained);
      assertThat(memory.gradients()).isEqualTo(trained);
      assertThat(memory.outputs()).isEqualTo(Float.BYTES);
      assertThat(memory.weights()).isGreaterThan(trained);
      assertThat(memory.held())
          .isEqualTo(plan.bytes())
          .isGreaterThanOrEqualTo(memory.inputs() + memory.activations() + memory.scratch());
    }
  }

  @Test
  void aVariableIsReadAtEveryRunOfAGraphThatIsNotTrained() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 2);
    SDVariable w = graph.constant("w", Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}}));
    SDVariable s = graph.var("s", Nd4j.scalar(2f));
    graph.mmul(x, w).mul("y", s);
    Map<String, INDArray> given = Map.of("x", Nd4j.createFromArray(new float[][] {{3, 4}}));
    try (CompiledGraph compiled = Engine.create().compile(graph, List.of("y"))) {
      assertThat(at(compiled.run(given), "y").toFloatMatrix()[0]).containsExactly(6, 8);
      s.getArr().assign(-1);
      assertThat(at(compiled.run(given), "y").toFloatMatrix()[0]).containsExactly(-3, -4);
    }
  }

  @Test
  void aGateIsReadAtEveryRun() {
    Grafted grafted = Grafted.bert(0);
    Map<String, INDArray> batch = grafted.batch(2, 7);
    try (CompiledGraph compiled = Engine.create().compile(grafted.graph(), List.of("logits"));
        Plan plan = compiled.planFor(batch)) {
      plan.run(batch);
      INDArray open = plan.output("logits").dup();
      for (String gate : grafted.gates()) {
        grafted.graph().getVariable(gate).getArr().assign(0);
      }
      plan.run(batch);
      INDArray shut = plan.output("logits").dup();
      assertThat(shut.equalsWithEps(open, 1e-4)).isFalse();
      assertClose("logits", shut, at(grafted.graph().output(batch, "logits"), "logits"), 1e-5);
    }
  }

  @Test
  void dropoutFollowsTheSeedAndIsOffWithoutOne() {
    Grafted grafted = Grafted.bert(0.3);
    Map<String, INDArray> batch = grafted.batch(2, 7);
    double stock = at(grafted.graph().output(batch, "loss"), "loss").getDouble(0);
    try (CompiledGraph compiled = training(grafted);
        Plan plan = compiled.planFor(batch)) {
      plan.run(batch);
      assertThat(plan.loss()).isBetween(stock - 1e-5, stock + 1e-5);
      plan.run(batch, 1);
      double first = plan.loss();
      plan.run(batch, 2);
      assertThat(plan.loss()).isNotEqualTo(first);
      plan.run(batch, 1);
      assertThat(plan.loss()).isEqualTo(first);
    }
  }

  /** Two layers, of which the first is computed twice; dropout must draw the same again. */
  @Test
  void layersComputedAgainGiveTheSameGradientsInLessMemory() {
    Grafted grafted = Grafted.bert(0.3);
    Map<String, INDArray> batch = grafted.batch(8, 32);
    Engine recomputing = Engine.builder().trainingMemory(TrainingMemory.RECOMPUTE_LAYERS).build();
    try (CompiledGraph kept = training(grafted);
        CompiledGraph again =
            recomputing.compileTraining(
                grafted.graph(), grafted.loss(), grafted.trainable(), List.of());
        Plan expected = kept.planFor(batch);
        Plan actual = again.planFor(batch)) {
      expected.run(batch, 5);
      actual.run(batch, 5);
      assertThat(actual.loss()).isEqualTo(expected.loss());
      for (String name : grafted.trainable()) {
        assertClose(name, actual.gradient(name), expected.gradient(name), 1e-5);
      }
      assertThat(actual.bytes()).isLessThan(expected.bytes());
    }
  }

  @Test
  void severalThreadsShareTheWeights() throws Exception {
    Grafted grafted = Grafted.bert(0);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (CompiledGraph compiled = Engine.create().compile(grafted.graph(), List.of("logits"))) {
      Map<Integer, INDArray> expected = new HashMap<>();
      for (int length = 3; length < 6; length++) {
        expected.put(length, at(compiled.run(grafted.batch(2, length)), "logits"));
      }
      List<Future<?>> done = new ArrayList<>();
      for (int thread = 0; thread < 2; thread++) {
        done.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 15; i++) {
                    int length = 3 + i % 3;
                    INDArray logits = at(compiled.run(grafted.batch(2, length)), "logits");
                    assertThat(logits).isEqualTo(expected.get(length));
                  }
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void plansAreKeptUpToABoundAndReleasedAtTheEnd() {
    Grafted grafted = Grafted.bert(0);
    CompiledGraph compiled =
        Engine.builder().maxPlans(2).build().compile(grafted.graph(), List.of("logits"));
    for (int length = 3; length < 9; length++) {
      compiled.run(grafted.batch(1, length));
    }
    Plan open = compiled.planFor(grafted.batch(1, 3));
    compiled.close();
    open.run(grafted.batch(1, 3));
    open.close();
    assertThatThrownBy(() -> open.run(grafted.batch(1, 3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the plan has been given back");
    assertThatThrownBy(() -> compiled.planFor(grafted.batch(1, 3)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the compiled graph is closed");
  }

  @Test
  void mistakesAreSaidInASentence() {
    Grafted grafted = Grafted.bert(0);
    Engine engine = Engine.create();
    SameDiff graph = grafted.graph();
    assertThatThrownBy(() -> engine.compile(graph, List.of("logit")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no value named 'logit'")
        .hasMessageContaining("logits");
    assertThatThrownBy(() -> engine.compile(graph, List.of()))
        .hasMessage("no outputs are wanted; name at least one value");
    assertThatThrownBy(() -> engine.compileTraining(graph, "loss", List.of(), List.of()))
        .hasMessage("nothing is trainable; name at least one constant or variable");
    graph.var("lonely", Nd4j.ones(DataType.FLOAT, 2));
    assertThatThrownBy(() -> engine.compileTraining(graph, "loss", List.of("lonely"), List.of()))
        .hasMessage("loss 'loss' does not depend on trainable values: [lonely]");
    assertThatThrownBy(() -> Engine.builder().maxPlans(0))
        .hasMessage("number of plans must be positive: 0");
    try (CompiledGraph compiled = engine.compile(graph, List.of("logits"))) {
      Map<String, INDArray> batch = grafted.batch(2, 4);
      Map<String, INDArray> fewer = new HashMap<>(batch);
      fewer.remove("attention_mask");
      assertThatThrownBy(() -> compiled.planFor(fewer))
          .hasMessage(
              "placeholder 'attention_mask' is missing; given are [input_ids, labels, token_type_ids]");
      Map<String, INDArray> flat = new HashMap<>(batch);
      flat.put("input_ids", at(batch, "input_ids").reshape(8));
      assertThatThrownBy(() -> compiled.planFor(flat))
          .hasMessage("placeholder 'input_ids' takes [-1, -1]: [8]");
      Map<String, INDArray> floats = new HashMap<>(batch);
      floats.put("input_ids", at(batch, "input_ids").castTo(DataType.FLOAT));
      try (Plan plan = compiled.planFor(floats)) {
        assertThatThrownBy(() -> plan.run(floats))
            .hasMessage("placeholder 'input_ids' takes LONG: FLOAT");
      }
      Map<String, INDArray> ints = new HashMap<>(batch);
      ints.put("input_ids", at(batch, "input_ids").castTo(DataType.INT32));
      assertThat(compiled.run(ints).get("logits")).isEqualTo(compiled.run(batch).get("logits"));
    }
  }

  @Test
  void anOpWithoutGradientIsNamed() {
    SameDiff graph = SameDiff.create();
    SDVariable w = graph.var("w", Nd4j.ones(DataType.FLOAT, 3));
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 3);
    SDVariable y = graph.math().asinh("turned", x.mul(w));
    y.sum().rename("loss");
    try (CompiledGraph compiled =
        Engine.create().compileTraining(graph, "loss", List.of("w"), List.of())) {
      assertThatThrownBy(() -> compiled.plan(Map.of("x", new long[] {2, 3})))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("asinh")
          .hasMessageContaining("trainable");
    }
  }

  private static CompiledGraph training(Grafted grafted) {
    return Engine.create()
        .compileTraining(grafted.graph(), grafted.loss(), grafted.trainable(), List.of());
  }

  private static Map<String, long[]> shapes(Map<String, INDArray> arrays) {
    Map<String, long[]> shapes = new HashMap<>();
    arrays.forEach((name, array) -> shapes.put(name, array.shape()));
    return shapes;
  }
}
