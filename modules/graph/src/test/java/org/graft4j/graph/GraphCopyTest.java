/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GraphCopyTest {

  private static SameDiff graph() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 3);
    SDVariable w =
        graph.constant("w", Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}, {5, 6}}));
    SDVariable b = graph.var("b", Nd4j.createFromArray(new float[] {1, -1}));
    SDVariable shape = graph.constant("shape", Nd4j.createFromArray(-1L, 1L, 2L));
    SDVariable y = graph.math().tanh(graph.mmul(x, w).add(b));
    SDVariable z = graph.reshape("z", y, shape);
    graph.math().square(z).mean("loss", false, 0, 1, 2).markAsLoss();
    graph.setOutputs("z");
    return graph;
  }

  @Test
  void computesTheSame() {
    SameDiff graph = graph();
    SameDiff copy = GraphCopy.sharing(graph);
    Map<String, INDArray> x = Map.of("x", Nd4j.createFromArray(new float[][] {{.1f, .2f, -.3f}}));
    assertThat(copy.output(x, "z", "loss")).isEqualTo(graph.output(x, "z", "loss"));
    assertThat(copy.calculateGradients(x, "b")).isEqualTo(graph.calculateGradients(x, "b"));
    assertThat(copy.getLossVariables()).containsExactly("loss");
    assertThat(copy.outputs()).containsExactly("z");
    assertThat(GraphView.of(copy).nodes().stream().map(Node::name))
        .containsExactlyElementsOf(GraphView.of(graph).nodes().stream().map(Node::name).toList());
  }

  @Test
  void sharesArraysAndNothingElse() {
    SameDiff graph = graph();
    SameDiff copy = GraphCopy.sharing(graph);
    assertThat(copy.getVariable("w").getArr()).isSameAs(graph.getVariable("w").getArr());
    assertThat(copy.getVariable("b").getArr()).isSameAs(graph.getVariable("b").getArr());
    copy.convertToConstants(java.util.List.of(copy.getVariable("b")));
    copy.math().neg("more", copy.getVariable("z"));
    assertThat(graph.getVariable("b").isConstant()).isFalse();
    assertThat(graph.hasVariable("more")).isFalse();
    assertThat(GraphView.of(graph).value("z").consumers()).hasSize(1);
  }
}
