/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

final class GraphCheckTest {
  private final SameDiff sd = Graphs.network();

  @Test
  void aSoundGraphHasNoProblems() {
    assertThat(GraphCheck.problems(sd)).isEmpty();
    assertThat(GraphCheck.problems(SameDiff.create())).isEmpty();
    GraphCheck.check(sd);
  }

  @Test
  void theMessageHoldsTheFirstProblemAndTheirNumber() {
    sd.getVariables().remove("w1");
    GraphView.variable(sd, "hidden").getInputsForOp().clear();
    assertThatThrownBy(() -> GraphCheck.check(sd))
        .isInstanceOf(BrokenGraphException.class)
        .hasMessage("node 'matmul' reads 'w1', which does not exist (and 1 more)")
        .extracting(e -> ((BrokenGraphException) e).problems())
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
        .hasSize(2);
  }

  @Test
  void bothDirectionsOfAnEdgeMustAgree() {
    GraphView.variable(sd, "hidden").getInputsForOp().add("add");
    assertThat(GraphCheck.problems(sd))
        .containsExactly(
            "value 'hidden' counts node 'add' among its consumers, which does not read it");
  }

  @Test
  void consumersMustExist() {
    GraphView.variable(sd, "hidden").getInputsForOp().add("gone");
    assertThat(GraphCheck.problems(sd))
        .containsExactly("value 'hidden' is read by node 'gone', which does not exist");
  }

  @Test
  void consumersAreCountedOnce() {
    GraphView.variable(sd, "hidden").getInputsForOp().add("matmul_1");
    assertThat(GraphCheck.problems(sd))
        .containsExactly("value 'hidden' counts node 'matmul_1' twice among its consumers");
  }

  @Test
  void producersMustAgree() {
    GraphView.variable(sd, "hidden").setOutputOfOp("add");
    assertThat(GraphCheck.problems(sd))
        .containsExactly(
            "node 'tanh' produces 'hidden', which is produced by 'add'",
            "value 'hidden' is produced by node 'add', which does not produce it");
  }

  @Test
  void aSwapOfNamesIsFound() {
    // the trap: what was node and value 'tanh' becomes node 'tanh' with an output of another name
    SameDiff swapped = SameDiff.create();
    SDVariable x = swapped.placeHolder("x", DataType.FLOAT, 2);
    SDVariable y = swapped.math().tanh(x);
    swapped.renameVariable(swapped.getOps().get("tanh"), "tanh", "tanh_orig");
    swapped.math().add("tanh", y, x);
    assertThat(GraphCheck.problems(swapped))
        .containsExactly(
            "node 'tanh' produces 'tanh_orig', but another value bears the node's name: a load mixes them up");
  }

  @Test
  void aCachedNameOfALegacyNodeIsFound() throws Exception {
    SameDiff legacy = SameDiff.create();
    SDVariable x = legacy.placeHolder("x", DataType.FLOAT, 2);
    legacy.math().tanh("first", x);
    legacy.dup(); // makes the op cache its output's name
    legacy.renameVariable(legacy.getOps().get("tanh"), "first", "second");
    assertThat(GraphCheck.problems(legacy))
        .containsExactly("node 'tanh' still calls its output 'first'");
  }

  @Test
  void twoSpellingsOfOneNameAreFound() {
    sd.constant("w1:0", Nd4j.scalar(1f));
    assertThat(GraphCheck.problems(sd))
        .containsExactly("values 'w1' and 'w1:0' cannot be told apart");
  }

  @Test
  void namesOfGradientsAreReserved() {
    sd.constant("w1-grad", Nd4j.scalar(1f));
    sd.constant("one-var", Nd4j.scalar(1f));
    assertThat(GraphCheck.problems(sd))
        .containsExactly(
            "value 'one-var' has a name that is reserved for gradients",
            "value 'w1-grad' has a name that is reserved for gradients");
  }

  @Test
  void arraysLieWhereTheirKindSays() {
    sd.getVariable("w1")
        .setVariableType(VariableType.VARIABLE); // as SameDiff#freeze does it, the other way round
    assertThat(GraphCheck.problems(sd)).containsExactly("value 'w1' (VARIABLE) holds no array");
  }

  @Test
  void resultsHaveProducers() {
    sd.getOps().remove("reduce_mean");
    assertThat(GraphCheck.problems(sd))
        .containsExactly(
            "value 'error' is read by node 'reduce_mean', which does not exist",
            "value 'loss' is produced by node 'reduce_mean', which does not exist");
    GraphView.variable(sd, "error").getInputsForOp().clear();
    GraphView.variable(sd, "loss").setOutputOfOp(null);
    assertThat(GraphCheck.problems(sd)).containsExactly("value 'loss' is computed by no node");
  }

  @Test
  void storedValuesHaveNoProducer() {
    GraphView.op(sd, "matmul").setOutputsOfOp(Arrays.asList("product", "w1"));
    GraphView.variable(sd, "w1").setOutputOfOp("matmul");
    assertThat(GraphCheck.problems(sd))
        .containsExactly("value 'w1' is a CONSTANT, but node 'matmul' produces it");
  }

  @Test
  void lossesAndOutputsExist() {
    sd.setOutputs("logits");
    GraphView.variable(sd, "logits").getInputsForOp().clear();
    GraphView.op(sd, "squaredsubtract").setInputsToOp(List.of("y", "y"));
    sd.getVariables().remove("logits");
    sd.getOps().remove("matmul_1");
    GraphView.variable(sd, "hidden").getInputsForOp().clear();
    GraphView.variable(sd, "w2").getInputsForOp().clear();
    assertThat(GraphCheck.problems(sd)).containsExactly("output 'logits' does not exist");
    sd.getVariable("loss").setVariableType(VariableType.PLACEHOLDER);
    assertThat(GraphCheck.problems(sd))
        .contains("loss 'loss' is no result of a floating point type");
  }

  @Test
  void idleTrainablesAreNamed() {
    sd.var("lonely", Nd4j.ones(2));
    assertThat(GraphCheck.idle(sd)).containsExactly("lonely");
    sd.setLossVariables(new String[0]);
    assertThat(GraphCheck.idle(sd)).containsExactly("lonely", "w2");
  }
}
