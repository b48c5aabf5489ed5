/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.graft4j.graph.GraphCheck;
import org.graft4j.graph.GraphPrinter;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Value;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The laws of an adapter method. A test of a method extends this and says how the method is
 * configured.
 *
 * @param <C> the method's configuration
 */
public abstract class AdapterContract<C extends AdapterConfig> {

  /** Returns the method with small numbers, started as the method promises: without any effect. */
  protected abstract C config(Targets targets);

  /** Returns the number of trained numbers at one layer. */
  protected abstract long parametersAt(long in, long out);

  static List<TestModel> models() {
    return TestModels.all();
  }

  private static void assertClose(INDArray actual, INDArray expected) {
    assertThat(Stock.distance(actual, expected)).isLessThan(1e-5);
  }

  private static void assertFar(INDArray actual, INDArray other) {
    assertThat(Stock.distance(actual, other)).isGreaterThan(1e-3);
  }

  /** Attaches an adapter named {@code one} that does something. */
  private AdaptedGraph disturbed(TestModel model, SameDiff graph) {
    AdaptedGraph adapted = Adapters.attach(graph, "one", config(model.choice()));
    Stock.disturb(adapted.trainable(), 3);
    return adapted;
  }

  @ParameterizedTest
  @MethodSource("models")
  void startsWithoutEffect(TestModel model) {
    SameDiff graph = model.graph();
    Adapters.attach(graph, "one", config(model.choice()));
    GraphCheck.check(graph);
    assertClose(model.run(graph), model.run(model.original()));
  }

  @ParameterizedTest
  @MethodSource("models")
  void adaptsTheLayersOfThePlan(TestModel model) {
    SameDiff graph = model.graph();
    AdapterPlan plan = Adapters.plan(graph, config(model.choice()));
    assertThat(GraphPrinter.print(graph)).isEqualTo(GraphPrinter.print(model.original()));
    AdaptedGraph adapted = Adapters.attach(graph, "one", config(model.choice()));
    assertThat(plan.sites()).extracting(AdapterPlan.Site::path).hasSize(model.sites());
    assertThat(adapted.adapter("one").sites())
        .containsExactlyElementsOf(plan.sites().stream().map(AdapterPlan.Site::path).toList());
    long expected = plan.sites().stream().mapToLong(s -> parametersAt(s.in(), s.out())).sum();
    assertThat(adapted.summary().trainable()).isEqualTo(expected);
    assertThat(adapted.summary().total()).isGreaterThan(expected);
  }

  @ParameterizedTest
  @MethodSource("models")
  void stockComputesWhatTheEngineComputes(TestModel model) {
    SameDiff graph = model.graph();
    INDArray base = model.runStock(graph);
    AdaptedGraph adapted = Adapters.attach(graph, "one", config(model.choice()));
    assertThat(Stock.same(model.runStock(graph), base)).isTrue();
    Stock.disturb(adapted.trainable(), 3);
    assertClose(model.runStock(graph), model.run(graph));
    adapted.disable("one");
    assertThat(Stock.same(model.runStock(graph), base)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("models")
  void trainsItsOwnOnlyAndAllOfIt(TestModel model) {
    SameDiff graph = model.graph();
    Map<String, Integer> base = Stock.bits(graph);
    AdaptedGraph adapted = disturbed(model, graph);
    String loss = Stock.squareLoss(graph, model.output());
    List<String> names = adapted.trainable().stream().map(Parameter::variable).toList();
    assertThat(GraphView.of(graph).trainables())
        .extracting(Value::name)
        .containsExactlyInAnyOrderElementsOf(names);
    double before = model.run(graph, loss).getDouble(0);
    Map<String, INDArray> gradients = Stock.gradients(graph, model.inputs(), names);
    double square = 0;
    for (String name : names) {
      double norm = requireNonNull(gradients.get(name)).norm2Number().doubleValue();
      assertThat(norm).as(name).isPositive();
      square += norm * norm;
    }
    double rate = 1e-2 * before / square; // the loss falls by about 1 %
    for (Parameter parameter : adapted.trainable()) {
      parameter.array().subi(requireNonNull(gradients.get(parameter.variable())).mul(rate));
    }
    double after = model.run(graph, loss).getDouble(0);
    assertThat(after).isLessThan(before);
    assertThat(Stock.bits(graph)).containsAllEntriesOf(base);
  }

  @ParameterizedTest
  @MethodSource("models")
  void mergesIntoANewGraph(TestModel model) {
    SameDiff graph = model.graph();
    AdaptedGraph adapted = disturbed(model, graph);
    String before = GraphPrinter.print(graph);
    INDArray attached = model.run(graph);
    SameDiff merged = adapted.merged();
    assertThat(GraphPrinter.print(graph)).isEqualTo(before);
    assertFar(attached, model.run(model.original()));
    assertClose(model.run(merged), attached);
    assertClose(model.run(Stock.saveAndLoad(merged)), attached);
    GraphCheck.check(merged);
    assertThat(GraphView.of(merged).nodes()).hasSameSizeAs(GraphView.of(model.original()).nodes());
    assertThat(Stock.bits(merged).keySet()).isEqualTo(Stock.bits(model.original()).keySet());
    GraphView original = GraphView.of(model.original());
    long shared =
        GraphView.of(merged).values().stream()
            .filter(v -> v.isStored() && v.array() == original.value(v.name()).array())
            .count();
    assertThat(shared).isEqualTo(Stock.bits(merged).size() - model.sites());
  }

  @ParameterizedTest
  @MethodSource("models")
  void mergesInPlaceAndBack(TestModel model) {
    SameDiff graph = model.graph();
    AdaptedGraph adapted = disturbed(model, graph);
    Map<String, Integer> bits = Stock.bits(graph);
    String before = GraphPrinter.print(graph);
    INDArray attached = model.run(graph);
    adapted.merge();
    assertThat(adapted.adapter("one").merged()).isTrue();
    assertThat(adapted.trainable()).isEmpty();
    assertClose(model.run(graph), attached);
    adapted.unmerge();
    assertThat(GraphPrinter.print(graph)).isEqualTo(before);
    assertThat(Stock.bits(graph)).isEqualTo(bits);
    assertClose(model.run(graph), attached);
  }

  @ParameterizedTest
  @MethodSource("models")
  void detachesWithoutATrace(TestModel model) {
    SameDiff graph = model.graph();
    String before = GraphPrinter.print(graph);
    Map<String, Integer> bits = Stock.bits(graph);
    AdaptedGraph adapted = disturbed(model, graph);
    assertThat(GraphPrinter.print(graph)).isNotEqualTo(before);
    adapted.detach("one");
    assertThat(GraphPrinter.print(graph)).isEqualTo(before);
    assertThat(Stock.bits(graph)).isEqualTo(bits);
    assertThat(adapted.adapterNames()).isEmpty();
    assertClose(model.run(graph), model.run(model.original()));
  }

  @ParameterizedTest
  @MethodSource("models")
  void survivesStockSaveAndLoad(TestModel model) {
    SameDiff graph = model.graph();
    disturbed(model, graph);
    SameDiff loaded = Stock.saveAndLoad(graph);
    loaded.setOutputs(graph.outputs()); // which are not stored
    assertClose(model.run(loaded), model.run(graph));
    assertThat(GraphPrinter.print(loaded)).isEqualTo(GraphPrinter.print(graph));
  }

  @ParameterizedTest
  @MethodSource("models")
  void twoNamesCoexist(TestModel model) {
    INDArray base = model.run(model.original());
    SameDiff graph = model.graph();
    AdaptedGraph adapted = disturbed(model, graph);
    INDArray one = model.run(graph);
    adapted.attach("two", config(model.choice()));
    assertThat(adapted.active()).containsExactly("one");
    assertClose(model.run(graph), one);
    adapted.setActive("two");
    Stock.disturb(adapted.trainable(), 4);
    INDArray two = model.run(graph);
    assertFar(two, one);
    adapted.setActive("one", "two");
    INDArray both = model.run(graph);
    assertFar(both, one);
    assertFar(both, two);
    adapted.setActive();
    assertClose(model.run(graph), base);
    adapted.enable("one");
    assertClose(model.run(graph), one);
    adapted.enable("two").disable("one").detach("one");
    assertThat(adapted.adapterNames()).containsExactly("two");
    assertClose(model.run(graph), two);
    String detached = GraphPrinter.print(graph);
    adapted.detach("two");
    SameDiff alone = model.graph();
    Adapters.attach(alone, "two", config(model.choice()));
    assertThat(detached).isEqualTo(GraphPrinter.print(alone));
  }

  @ParameterizedTest
  @MethodSource("models")
  void scales(TestModel model) {
    SameDiff graph = model.graph();
    INDArray base = model.run(graph);
    AdaptedGraph adapted = disturbed(model, graph);
    INDArray one = model.run(graph);
    adapted.scale("one", 0.25).disable("one");
    assertClose(model.run(graph), base);
    adapted.enable("one");
    assertThat(adapted.adapter("one").scale()).isEqualTo(0.25);
    assertFar(model.run(graph), one);
    adapted.merge();
    INDArray merged = model.run(graph);
    adapted.unmerge();
    assertClose(merged, model.run(graph));
    adapted.scale("one", 1);
    assertClose(model.run(graph), one);
  }

  @ParameterizedTest
  @MethodSource("models")
  void parametersMoveByTheirKeys(TestModel model) {
    SameDiff graph = model.graph();
    AdaptedGraph adapted = disturbed(model, graph);
    SameDiff other = model.graph();
    AdaptedGraph copy = Adapters.attach(other, "another-name", config(model.choice()));
    for (Parameter parameter : adapted.adapter("one").parameters()) {
      assertThat(parameter.key()).doesNotContain("one.");
      copy.adapter("another-name").parameter(parameter.key()).array().assign(parameter.array());
    }
    assertClose(model.run(other), model.run(graph));
  }

  @Test
  void refusesTargetsThatAreNotThere() {
    TestModel model = TestModels.bert();
    SameDiff graph = model.graph();
    String before = GraphPrinter.print(graph);
    assertThatThrownBy(() -> Adapters.attach(graph, "one", config(Targets.of("q_proj", "v_proj"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "targets [q_proj, v_proj] match no linear layer; this graph has: encoder.layer.0.")
        .hasMessageEndingWith("(9 more)");
    assertThat(GraphPrinter.print(graph)).isEqualTo(before);
  }
}
