/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.graft4j.adapters.lora.LoraConfig;
import org.graft4j.adapters.lora.LoraConfig.Bias;
import org.graft4j.adapters.lora.LoraConfigBuilder;
import org.graft4j.graph.GraphCheck;
import org.graft4j.graph.GraphEditor;
import org.graft4j.graph.GraphPrinter;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Value;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AdaptedGraphTest {

  private static final String QUERY = "encoder.layer.0.attention.self.query";
  private final TestModel model = TestModels.bert();
  private final SameDiff graph = model.graph();
  private final String dump = GraphPrinter.print(graph);

  private static LoraConfigBuilder query() {
    return LoraConfig.builder().rank(2).targets("query");
  }

  private AdaptedGraph attached() {
    AdaptedGraph adapted = Adapters.attach(graph, "spam", query().build());
    Stock.disturb(adapted.trainable(), 1);
    return adapted;
  }

  private void refuses(ThrowingCallable call, String message) {
    String before = GraphPrinter.print(graph);
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    assertThat(GraphPrinter.print(graph)).isEqualTo(before);
  }

  @Test
  void countsLikePeft() {
    AdaptedGraph adapted = attached();
    long base =
        GraphView.of(model.original()).constants().stream()
            .filter(v -> v.name().endsWith(".weight") || v.name().endsWith(".bias"))
            .mapToLong(v -> v.array().length())
            .sum();
    assertThat(adapted.summary()).isEqualTo(new ParameterSummary(128, base + 128));
    assertThat(new ParameterSummary(294912, 22713216 + 294912).toString())
        .isEqualTo("trainable params: 294,912 || all params: 23,008,128 || trainable%: 1.2818");
    adapted.disable("spam");
    assertThat(adapted.summary()).isEqualTo(new ParameterSummary(0, base + 128));
    adapted.detach("spam");
    assertThat(adapted.summary()).isEqualTo(new ParameterSummary(0, base));
  }

  @Test
  void freezesTheBaseAndThawsItAgain() {
    try (GraphEditor editor = GraphEditor.open(graph)) {
      editor.toTrainables(List.of(QUERY + ".weight", QUERY + ".bias"));
      editor.commit();
    }
    String trainable = GraphPrinter.print(graph);
    AdaptedGraph adapted = attached();
    assertThat(GraphView.of(graph).value(QUERY + ".weight").isConstant()).isTrue();
    assertThat(GraphView.of(adapted.merged()).value(QUERY + ".weight").isTrainable()).isTrue();
    adapted.detach("spam");
    assertThat(GraphPrinter.print(graph)).isEqualTo(trainable);
  }

  @Test
  void trainsBiases() {
    AdaptedGraph adapted = Adapters.attach(graph, "spam", query().bias(Bias.LORA_ONLY).build());
    assertThat(adapted.adapter("spam").parameters())
        .extracting(Parameter::key)
        .contains(QUERY + ".base_layer.bias")
        .hasSize(6);
    INDArray base = model.run(model.original());
    assertThat(Stock.distance(model.run(graph), base)).isLessThan(1e-6);
    Stock.disturb(adapted.trainable(), 1);
    INDArray attached = model.run(graph);
    assertThat(Stock.distance(model.run(adapted.merged()), attached)).isLessThan(1e-5);
    adapted.merge();
    assertThat(Stock.distance(model.run(graph), attached)).isLessThan(1e-5);
    assertThat(GraphView.of(graph).trainables()).isEmpty();
    adapted.unmerge().disable("spam");
    assertThat(Stock.distance(model.run(graph), base)).isLessThan(1e-6);
    adapted.enable("spam");
    assertThat(Stock.distance(model.run(graph), attached)).isLessThan(1e-6);
    adapted.detach("spam");
    assertThat(GraphPrinter.print(graph)).isEqualTo(dump);

    adapted.attach("all", query().bias(Bias.ALL).build());
    assertThat(adapted.adapter("all").parameters())
        .extracting(Parameter::key)
        .contains(
            "embeddings.LayerNorm.bias",
            "encoder.layer.1.output.dense.bias",
            QUERY + ".base_layer.bias")
        .hasSize(4 + 12 + 5);
  }

  @Test
  void trainsWholeModules() {
    LoraConfig config =
        query().modulesToSave("layer.1.output.dense", "layer.1.output.LayerNorm").build();
    AdaptedGraph adapted = Adapters.attach(graph, "spam", config);
    String dense = "encoder.layer.1.output.dense";
    assertThat(adapted.adapter("spam").modules())
        .containsExactly(dense, "encoder.layer.1.output.LayerNorm");
    assertThat(adapted.adapter("spam").parameter(dense + ".weight").array().shape())
        .containsExactly(16, 24);
    Stock.disturb(adapted.trainable(), 1);
    INDArray attached = model.run(graph);
    SameDiff merged = adapted.merged();
    assertThat(Stock.distance(model.run(merged), attached)).isLessThan(1e-5);
    assertThat(GraphPrinter.print(merged)).isEqualTo(dump);

    adapted.attach("ham", config);
    refuses(
        () -> adapted.enable("ham"),
        "adapters 'ham' and 'spam' both train '"
            + dense
            + ".weight'; only one of them can be active");
    assertThat(adapted.active()).containsExactly("spam");
    adapted.setActive("ham");
    assertThat(Stock.distance(model.run(graph), model.run(model.original()))).isLessThan(1e-6);
    adapted.setActive("spam");
    assertThat(Stock.distance(model.run(graph), attached)).isLessThan(1e-6);
  }

  @Test
  void savedWeightsLieAsTorchs() {
    TestModel imported = TestModels.of("bert-torchscript"); // its weights are [in, out]
    SameDiff copy = imported.graph();
    AdaptedGraph adapted =
        Adapters.attach(copy, "spam", query().modulesToSave("layer.1.output.dense").build());
    Parameter weight = adapted.adapter("spam").parameter("encoder.layer.1.output.dense.weight");
    assertThat(weight.array().shape()).containsExactly(32, 48);
    Stock.disturb(List.of(weight), 1);
    INDArray attached = imported.run(copy);
    assertThat(Stock.distance(attached, imported.run(imported.original()))).isGreaterThan(1e-3);
    assertThat(Stock.distance(imported.run(adapted.merged()), attached)).isLessThan(1e-5);
  }

  @Test
  void modulesComeAndGoWithTheirAdapter() {
    AdaptedGraph adapted = attached();
    AdaptedModule head =
        graft -> {
          SDVariable weight = graft.parameter("head", "weight", () -> Nd4j.ones(1, 16));
          SDVariable hidden = graft.graph().getVariable("last_hidden_state");
          SDVariable rows =
              graft.editor().op(graft.op("head", "rows"), sd -> sd.reshape(hidden, -1, 16));
          graft
              .editor()
              .op(graft.op("head", "out"), sd -> sd.mmul(rows, weight, false, true, false));
        };
    adapted.addModule("spam", "head", head);
    assertThat(adapted.adapter("spam").modules()).containsExactly("head");
    Parameter weight = adapted.adapter("spam").parameter("head.weight");
    weight.array().putScalar(0, 2.5f);
    INDArray attached = model.run(graph, "head.spam/out");
    SameDiff merged = adapted.merged();
    assertThat(Stock.distance(model.run(merged, "head.spam/out"), attached)).isLessThan(1e-5);
    adapted.attach("other", query().build()).merge("spam");
    assertThat(Stock.distance(model.run(graph, "head.spam/out"), attached)).isLessThan(1e-5);
    adapted.unmerge().detach("other");
    assertThat(adapted.adapter("spam").parameter("head.weight").array().getDouble(0))
        .isEqualTo(2.5);
    assertThat(Stock.distance(model.run(graph, "head.spam/out"), attached)).isLessThan(1e-6);
    refuses(
        () -> adapted.addModule("spam", "head", head),
        "adapter 'spam' has a module 'head' already");
    adapted.detach("spam");
    assertThat(GraphPrinter.print(graph)).isEqualTo(dump);
  }

  @Test
  void mergesSeveralInAnyOrder() {
    AdaptedGraph adapted = attached();
    adapted.attach("ham", LoraConfig.builder().rank(3).targets("query", "key").build());
    adapted.setActive("spam", "ham");
    Stock.disturb(adapted.adapter("ham").parameters(), 2);
    String before = GraphPrinter.print(graph);
    INDArray both = model.run(graph);
    adapted.merge("ham");
    assertThat(Stock.distance(model.run(graph), both)).isLessThan(1e-5);
    adapted.merge("spam");
    assertThat(Stock.distance(model.run(graph), both)).isLessThan(1e-5);
    assertThat(Stock.distance(model.run(adapted.merged()), both)).isLessThan(1e-5);
    adapted.merge(); // nothing is left to merge
    adapted.unmerge();
    assertThat(GraphPrinter.print(graph)).isEqualTo(before);
  }

  @Test
  void refusesToMergeNan() {
    AdaptedGraph adapted = attached();
    adapted.adapter("spam").parameter(QUERY + ".lora_B.weight").array().putScalar(0, Float.NaN);
    String message =
        "the weight of '"
            + QUERY
            + "' merged with adapter 'spam' holds NaN or infinity; nothing was merged";
    refuses(adapted::merge, message);
    refuses(adapted::merged, message);
    assertThat(adapted.adapter("spam").merged()).isFalse();
    GraphCheck.check(graph);
  }

  @Test
  void refusesWhatMakesNoSense() {
    AdaptedGraph adapted = attached();
    refuses(
        () -> adapted.attach("spam", query().build()),
        "there is an adapter 'spam' already; detach it or choose another name");
    refuses(
        () -> adapted.attach("a.b", query().build()),
        "an adapter's name has letters, digits, '_' and '-' only: 'a.b'");
    refuses(
        () -> AdaptedGraph.of(graph),
        "this graph carries an adapter already (gate '"
            + QUERY
            + ".spam.gate'); attach to the AdaptedGraph it belongs to, or to the graph without"
            + " adapters");
    refuses(() -> adapted.detach("ham"), "there is no adapter 'ham'; attached are: [spam]");
    refuses(() -> adapted.setActive("ham"), "there is no adapter 'ham'; attached are: [spam]");
    refuses(() -> adapted.scale("spam", Double.NaN), "the scale must be finite: NaN");
    refuses(
        () -> adapted.adapter("spam").parameter("lora_A"),
        "adapter 'spam' has no parameter 'lora_A'; it has: "
            + QUERY
            + ".lora_A.weight, "
            + QUERY
            + ".lora_B.weight, encoder.layer.1.attention.self.query.lora_A.weight, … (1 more)");
    refuses(
        () -> adapted.attach("x", query().modulesToSave("pooler").build()),
        "module to save 'pooler' matches no layer with weights; this graph has: "
            + QUERY
            + ", encoder.layer.0.attention.self.key, encoder.layer.0.attention.self.value, … (17"
            + " more)");
    adapted.merge();
    refuses(() -> adapted.disable("spam"), "adapter 'spam' is merged; unmerge first");
    refuses(() -> adapted.scale("spam", 2), "adapter 'spam' is merged; unmerge first");
    refuses(() -> adapted.merge("spam"), "adapter 'spam' is merged; unmerge first");
    refuses(() -> adapted.detach("spam"), "adapter 'spam' is merged; unmerge first");
    adapted.unmerge().disable("spam");
    refuses(() -> adapted.merge("spam"), "adapter 'spam' is not active; enable it first");
  }

  @Test
  void keepsWhatOthersBuiltAndSaysWhenItIsInTheWay() {
    AdaptedGraph adapted = attached();
    graph.math().neg("mine", graph.getVariable("last_hidden_state"));
    adapted.attach("ham", query().build()).detach("spam");
    assertThat(graph.hasVariable("mine")).isTrue();
    graph.math().neg("onTop", graph.getVariable(QUERY + ".ham/down"));
    String before = GraphPrinter.print(graph);
    assertThatThrownBy(() -> adapted.detach("ham"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("reads '" + QUERY + ".ham/down'");
    assertThat(GraphPrinter.print(graph)).isEqualTo(before);
    assertThat(adapted.adapterNames()).containsExactly("ham");
  }

  @Test
  void drawsModulesAgainWhenTakingOffFails() {
    AdaptedGraph adapted = attached();
    adapted.attach("ham", query().build());
    adapted.addModule(
        "ham",
        "head",
        graft -> {
          SDVariable weight = graft.parameter("head", "weight", () -> Nd4j.ones(1));
          SDVariable hidden = graft.graph().getVariable("last_hidden_state");
          graft.editor().op(graft.op("head", "mul"), sd -> hidden.mul(weight));
        });
    graph.math().neg("onTop", graph.getVariable(QUERY + ".spam/down"));
    String before = GraphPrinter.print(graph);
    assertThatThrownBy(() -> adapted.detach("ham")).isInstanceOf(IllegalStateException.class);
    assertThat(GraphPrinter.print(graph).lines()) // drawn again, nodes stand behind later ones
        .containsExactlyInAnyOrderElementsOf(before.lines().toList());
    GraphCheck.check(graph);
  }

  @Test
  void refusesAProductThatIsTheOutput() {
    SameDiff bare = SameDiff.create();
    SDVariable x = bare.placeHolder("x", org.nd4j.linalg.api.buffer.DataType.FLOAT, -1, 3);
    bare.mmul("layer/y", x, bare.constant("layer.weight", Nd4j.ones(3, 2)));
    assertThatThrownBy(
            () -> Adapters.attach(bare, "spam", LoraConfig.builder().targets("layer").build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the product of 'layer' is itself an output of the graph");
  }

  @Test
  void sharesAModuleThatIsCalledTwice() {
    SameDiff twice = SameDiff.create();
    SDVariable x = twice.placeHolder("x", org.nd4j.linalg.api.buffer.DataType.FLOAT, -1, 3);
    SDVariable w = twice.constant("layer.weight", Nd4j.rand(3, 3));
    SDVariable first = twice.math().tanh("tanh", twice.mmul("layer/mmul", x, w));
    twice.identity("y", twice.mmul("layer/mmul_1", first, w));
    AdaptedGraph adapted =
        Adapters.attach(twice, "spam", LoraConfig.builder().rank(2).targets("layer").build());
    assertThat(adapted.adapter("spam").parameters()).hasSize(2);
    Stock.disturb(adapted.trainable(), 1);
    Map<String, INDArray> inputs = Map.of("x", Nd4j.createFromArray(new float[][] {{1, 2, 3}}));
    INDArray attached = twice.outputSingle(inputs, "y").dup();
    SameDiff merged = adapted.merged();
    assertThat(Stock.distance(merged.outputSingle(inputs, "y"), attached)).isLessThan(1e-5);
    assertThat(GraphView.of(merged).constants())
        .extracting(Value::name)
        .containsExactly("layer.weight");
    adapted.merge();
    assertThat(Stock.distance(twice.outputSingle(inputs, "y"), attached)).isLessThan(1e-5);
  }
}
