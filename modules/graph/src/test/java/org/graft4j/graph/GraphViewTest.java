/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

final class GraphViewTest {
  @Test
  void showsKindsShapesAndWiring() {
    GraphView view = GraphView.of(Graphs.network());
    assertThat(view.placeholders()).extracting(Value::name).containsExactly("x", "y");
    assertThat(view.constants()).extracting(Value::name).containsExactly("b1", "w1");
    assertThat(view.trainables()).extracting(Value::name).containsExactly("w2");
    assertThat(view.outputs()).extracting(Value::name).containsExactly("loss");
    assertThat(view.losses()).extracting(Value::name).containsExactly("loss");
    assertThat(view.value("x").shape()).containsExactly(-1, 3);
    assertThat(view.value("w1").shape()).containsExactly(3, 4);
    assertThat(view.value("hidden").shape()).isNull();
    assertThat(view.value("hidden").dataType()).isEqualTo(DataType.FLOAT);
    assertThat(view.value("hidden").kind()).isEqualTo(Value.Kind.ACTIVATION);
    assertThat(view.value("hidden").producer()).hasValue(view.node("tanh"));
    assertThat(view.value("hidden").consumers()).containsExactly(view.node("matmul_1"));
    assertThat(view.value("w1").producer()).isEmpty();
    assertThat(view.node("matmul_1").inputs())
        .extracting(Value::name)
        .containsExactly("hidden", "w2");
    assertThat(view.node("matmul_1").is("add", "matmul")).isTrue();
    assertThatIllegalStateException()
        .isThrownBy(() -> view.value("x").array())
        .withMessage("'x' (PLACEHOLDER) holds no array");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> view.node("tanh").input(1))
        .withMessage("node 'tanh' (tanh) has 1 inputs, not one at index 1");
  }

  @Test
  void declaredOutputsComeFirst() {
    SameDiff sd = Graphs.network();
    sd.setOutputs("logits", "hidden");
    assertThat(GraphView.of(sd).outputs())
        .extracting(Value::name)
        .containsExactly("logits", "hidden", "loss");
  }

  @Test
  void shapesAreCopies() {
    GraphView view = GraphView.of(Graphs.network());
    requireNonNull(view.value("x").shape())[0] = 99;
    requireNonNull(view.value("w1").shape())[0] = 99;
    assertThat(view.value("x").shape()).containsExactly(-1, 3);
    assertThat(view.value("w1").shape()).containsExactly(3, 4);
  }

  @Test
  void unknownNamesOfferNearOnes() {
    GraphView view = GraphView.of(Graphs.network());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> view.value("logit"))
        .withMessage("no value named 'logit'; near: logits");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> view.node("matmul_7"))
        .withMessage("no node named 'matmul_7'; near: matmul, matmul_1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> view.value("quux"))
        .withMessage("no value named 'quux'");
    assertThat(view.findValue("quux")).isEmpty();
  }

  @Test
  void firstOutputsHaveTwoSpellings() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, 2, 2);
    sd.constant("legacy:0", Nd4j.scalar(1f));
    sd.split(x, 2, 0);
    GraphView view = GraphView.of(sd);
    assertThat(view.value("split:0").name()).isEqualTo("split");
    assertThat(view.value("legacy").name()).isEqualTo("legacy:0");
    assertThat(view.findValue("split:2")).isEmpty();
  }

  @Test
  void nodesAreInOrderWhereverTheyWereAdded() {
    SameDiff sd = Graphs.network();
    try (GraphEditor editor = GraphEditor.open(sd)) {
      editor.insertAfter("biased", y -> y.mul("half", 0.5).add("shifted", 1.0));
      editor.commit();
    }
    assertThat(GraphView.of(sd).nodes())
        .extracting(Node::name)
        .containsExactly(
            "matmul",
            "add",
            "half",
            "shifted",
            "tanh",
            "matmul_1",
            "squaredsubtract",
            "reduce_mean");
  }

  @Test
  void theViewIsLive() {
    SameDiff sd = Graphs.network();
    GraphView view = GraphView.of(sd);
    Value logits = view.value("logits");
    sd.nn().softmax("probabilities", sd.getVariable("logits"), -1);
    assertThat(logits.consumers())
        .extracting(Node::op)
        .containsExactly("squaredsubtract", "softmax");
    assertThat(view.node("softmax"))
        .isEqualTo(GraphView.of(sd).node("softmax"))
        .hasSameHashCodeAs(GraphView.of(sd).node("softmax"));
    assertThat(view.node("softmax")).isNotEqualTo(GraphView.of(sd.dup()).node("softmax"));
  }

  @Test
  void whatIsGoneSaysSo() {
    SameDiff sd = Graphs.network();
    Node loss = GraphView.of(sd).node("reduce_mean");
    try (GraphEditor editor = GraphEditor.open(sd)) {
      editor.setLosses();
      editor.remove(List.of("reduce_mean"));
      editor.commit();
    }
    assertThatIllegalStateException()
        .isThrownBy(loss::op)
        .withMessage("node 'reduce_mean' is no longer in the graph");
  }

  @Test
  void deepGraphsDoNotOverflowTheStack() {
    SameDiff sd = SameDiff.create();
    SDVariable value = sd.placeHolder("x", DataType.FLOAT, 1);
    try (GraphEditor editor = GraphEditor.open(sd)) {
      for (int i = 0; i < 3000; i++) {
        SDVariable last = value;
        value = editor.op("step" + i + "/add", g -> last.add(1.0));
      }
      editor.commit();
    }
    List<Node> nodes = GraphView.of(sd).nodes();
    assertThat(nodes).hasSize(3000);
    assertThat(nodes.get(2999).name()).isEqualTo("step2999/add");
  }

  @Test
  void loopsOfControlFlowAreNoCycles() {
    SameDiff sd = SameDiff.create();
    SDVariable start = sd.constant("start", Nd4j.scalar(0f));
    sd.whileLoop(
        new SDVariable[] {start}, (g, v) -> v[0].lt(5), (g, v) -> new SDVariable[] {v[0].add(1.0)});
    assertThat(GraphView.of(sd).nodes()).isNotEmpty();
    assertThat(GraphCheck.problems(sd)).isEmpty();
  }

  @Test
  void cyclesAreNamed() {
    SameDiff sd = Graphs.network();
    sd.replaceArgFor(0, sd.getVariable("hidden"), GraphView.op(sd, "add").getOp());
    assertThatThrownBy(() -> GraphView.of(sd).nodes())
        .isInstanceOf(BrokenGraphException.class)
        .hasMessage("cycle through nodes [add, tanh]");
  }
}
