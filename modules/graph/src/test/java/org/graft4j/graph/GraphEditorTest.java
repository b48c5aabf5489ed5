/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.graft4j.graph.Graphs.array;
import static org.graft4j.graph.Graphs.gradients;
import static org.graft4j.graph.Graphs.network;
import static org.graft4j.graph.Graphs.run;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

final class GraphEditorTest {
  @TempDir private Path folder;

  /** Adds {@code a·b} beside the first product. */
  private static EditLog graft(SameDiff sd, String name) {
    try (GraphEditor editor = GraphEditor.open(sd)) {
      SDVariable a = editor.trainable(name + ".a", array(5, 3, 2));
      SDVariable b = editor.trainable(name + ".b", array(6, 2, 4));
      editor.insertAfter(
          "product",
          product -> {
            SDVariable down = sd.mmul(name + "/down", sd.getVariable("x"), a);
            SDVariable up = sd.mmul(name + "/up", down, b);
            return sd.math().add(name + "/sum", product, up);
          });
      return editor.commit();
    }
  }

  @Test
  void graftComputesAndTrains() {
    SameDiff sd = network();
    INDArray x = array(11, 5, 3);
    INDArray w1 = sd.getVariable("w1").getArr();
    INDArray expected = x.mmul(w1.add(array(5, 3, 2).mmul(array(6, 2, 4))));
    graft(sd, "spam");
    assertThat(run(sd, "spam/sum").equalsWithEps(expected, 1e-5)).isTrue();
    assertThat(gradients(sd)).containsOnlyKeys("spam.a", "spam.b", "w2");
  }

  @Test
  void nodesBearTheNamesOfTheirOutputs() {
    SameDiff sd = network();
    EditLog log = graft(sd, "spam");
    assertThat(log.addedNodes()).containsExactly("spam/down", "spam/up", "spam/sum");
    assertThat(log.addedValues())
        .containsExactly("spam.a", "spam.b", "spam/down", "spam/sum", "spam/up");
    assertThat(GraphView.of(sd).node("spam/sum").output().consumers())
        .extracting(Node::name)
        .containsExactly("add");
  }

  @Test
  void gradientsMatchFiniteDifferencesAfterAnEditOfADifferentiatedGraph() {
    SameDiff sd = network();
    gradients(sd); // makes the gradient function that an edit has to drop
    graft(sd, "spam");
    INDArray gradient = requireNonNull(gradients(sd).get("spam.a"));
    INDArray a = sd.getVariable("spam.a").getArr();
    double epsilon = 1e-2;
    a.putScalar(0, 0, a.getDouble(0, 0) + epsilon);
    double above = run(sd, "loss").getDouble(0);
    a.putScalar(0, 0, a.getDouble(0, 0) - 2 * epsilon);
    double below = run(sd, "loss").getDouble(0);
    assertThat(gradient.getDouble(0, 0))
        .isCloseTo((above - below) / (2 * epsilon), org.assertj.core.data.Offset.offset(1e-3));
  }

  @Test
  void undoRestoresTheDumpAndTheBehaviour() throws Exception {
    SameDiff sd = network();
    String dump = GraphPrinter.print(sd);
    INDArray loss = run(sd, "loss");
    Map<String, INDArray> gradients = gradients(sd);
    EditLog log = graft(sd, "spam");
    gradients(sd);
    log.undo();
    assertThat(GraphPrinter.print(sd)).isEqualTo(dump);
    assertThat(run(sd, "loss")).isEqualTo(loss);
    assertThat(gradients(sd)).isEqualTo(gradients);
    Path file = folder.resolve("graph.fb");
    sd.save(file.toFile(), false);
    SameDiff loaded = SameDiff.load(file.toFile(), false);
    assertThat(GraphPrinter.print(loaded)).isEqualTo(dump);
    assertThat(run(loaded, "loss")).isEqualTo(loss);
    assertThat(gradients(loaded)).isEqualTo(gradients);
  }

  @Test
  void graftedGraphSurvivesAStockSaveAndLoad() throws Exception {
    SameDiff sd = network();
    graft(sd, "spam");
    Path file = folder.resolve("graph.fb");
    sd.save(file.toFile(), false);
    SameDiff loaded = SameDiff.load(file.toFile(), false);
    assertThat(GraphPrinter.print(loaded)).isEqualTo(GraphPrinter.print(sd));
    GraphCheck.check(loaded);
    assertThat(run(loaded, "loss")).isEqualTo(run(sd, "loss"));
    assertThat(gradients(loaded)).isEqualTo(gradients(sd));
    assertThat(run(loaded.dup(), "loss")).isEqualTo(run(sd, "loss"));
  }

  @Test
  void manyEditsAreUndoneInReverse() {
    SameDiff sd = network();
    String bare = GraphPrinter.print(sd);
    EditLog first = graft(sd, "one");
    String one = GraphPrinter.print(sd);
    EditLog second = graft(sd, "two");
    assertThatThrownBy(first::undo)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a later edit is in the way");
    second.undo();
    assertThat(GraphPrinter.print(sd)).isEqualTo(one);
    first.undo();
    assertThat(GraphPrinter.print(sd)).isEqualTo(bare);
    assertThatThrownBy(first::undo).hasMessage("the edit was undone already");
  }

  @Test
  void laterEditsOfOtherPartsStayWhenAnEarlierOneIsUndone() {
    SameDiff sd = network();
    EditLog first = graft(sd, "one");
    try (GraphEditor editor = GraphEditor.open(sd)) {
      editor.op("probabilities", g -> g.nn().softmax(editor.view().value("logits").variable(), -1));
      editor.commit();
    }
    first.undo();
    assertThat(GraphView.of(sd).findValue("probabilities")).isPresent();
    GraphCheck.check(sd);
    run(sd, "probabilities");
  }

  @Test
  void undoRefusesToRemoveWhatALaterEditReads() {
    SameDiff sd = network();
    EditLog first = graft(sd, "one");
    sd.math().tanh("probe", sd.getVariable("one/down"));
    String dump = GraphPrinter.print(sd);
    assertThatThrownBy(first::undo)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "a later edit is in the way: node 'tanh_1' reads 'one/down', which the edit added; undo that first");
    assertThat(GraphPrinter.print(sd)).isEqualTo(dump);
  }

  @Test
  void anExceptionInTheMiddleRollsBack() {
    SameDiff sd = network();
    gradients(sd);
    INDArray loss = run(sd, "loss");
    String dump = GraphPrinter.print(sd);
    assertThatThrownBy(
            () -> {
              try (GraphEditor editor = GraphEditor.open(sd)) {
                editor.toTrainables(List.of("w1"));
                editor.toConstants(List.of("w2"));
                editor.constant("two", Nd4j.scalar(2f));
                editor.insertAfter("product", y -> y.mul("doubled", 2.0));
                editor.insertAfter(
                    "hidden", y -> sd.math().add("hidden", y, y)); // the name is taken
              }
            })
        .isInstanceOf(IllegalStateException.class);
    assertThat(GraphPrinter.print(sd)).isEqualTo(dump);
    assertThat(run(sd, "loss")).isEqualTo(loss);
    assertThat(gradients(sd)).containsOnlyKeys("w2");
  }

  @Test
  void closeWithoutCommitRollsBackEvenRemovals() {
    SameDiff sd = network();
    String dump = GraphPrinter.print(sd);
    INDArray w2 = sd.getVariable("w2").getArr();
    INDArray loss = run(sd, "loss");
    try (GraphEditor editor = GraphEditor.open(sd)) {
      editor.setLosses();
      editor.remove(List.of("reduce_mean", "squaredsubtract", "matmul_1"));
      editor.removeValues(List.of("w2", "y"));
    }
    assertThat(GraphPrinter.print(sd)).isEqualTo(dump);
    assertThat(sd.getVariable("w2").getArr()).isSameAs(w2);
    assertThat(run(sd, "loss")).isEqualTo(loss);
  }

  @Test
  void undoBringsBackWhatWasRemoved() {
    SameDiff sd = network();
    String dump = GraphPrinter.print(sd);
    Map<String, INDArray> gradients = gradients(sd);
    EditLog log;
    try (GraphEditor editor = GraphEditor.open(sd)) {
      editor.replaceConsumers("biased", "product", Set.of());
      editor.remove(List.of("add"));
      editor.removeValues(List.of("b1"));
      log = editor.commit();
    }
    assertThat(sd.hasVariable("b1")).isFalse();
    assertThat(gradients(sd)).isNotEqualTo(gradients);
    sd.math().tanh("later", sd.getVariable("logits"));
    log.undo();
    assertThat(List.copyOf(sd.getOps().keySet()))
        .containsExactly(
            "matmul", "add", "tanh", "matmul_1", "squaredsubtract", "reduce_mean", "tanh_1");
    sd.getOps().remove("tanh_1");
    sd.getVariables().remove("later");
    GraphView.variable(sd, "logits").getInputsForOp().remove("tanh_1");
    assertThat(GraphPrinter.print(sd)).isEqualTo(dump);
    assertThat(gradients(sd)).isEqualTo(gradients);
  }

  @Test
  void removingWhatIsInUseIsRefused() {
    SameDiff sd = network();
    try (GraphEditor editor = GraphEditor.open(sd)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> editor.remove(List.of("add")))
          .withMessage("'biased' is read by node 'tanh'; reroute that first");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> editor.remove(List.of("reduce_mean")))
          .withMessage("'loss' is a loss; set another one first");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> editor.removeValues(List.of("hidden")))
          .withMessage("value 'hidden' is computed by node 'tanh'; remove the node");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> editor.removeValues(List.of("w1")))
          .withMessage("'w1' is read by node 'matmul'; reroute that first");
    }
  }

  @Test
  void wrappingALossMovesIt() {
    SameDiff sd = network();
    sd.setOutputs("loss", "logits");
    EditLog log;
    try (GraphEditor editor = GraphEditor.open(sd)) {
      editor.insertAfter("loss", loss -> loss.mul("twice", 2.0));
      editor.insertAfter("twice", loss -> loss.add("shifted", 1.0));
      log = editor.commit();
    }
    assertThat(sd.getLossVariables()).containsExactly("shifted");
    assertThat(sd.outputs()).containsExactly("shifted", "logits");
    assertThat(gradients(sd)).containsOnlyKeys("w2");
    log.undo();
    assertThat(sd.getLossVariables()).containsExactly("loss");
    assertThat(sd.outputs()).containsExactly("loss", "logits");
  }

  @Test
  void undoMovesTheLossBackAmongLaterOnes() {
    SameDiff sd = network();
    EditLog log;
    try (GraphEditor editor = GraphEditor.open(sd)) {
      editor.insertAfter("loss", loss -> loss.mul("twice", 2.0));
      editor.insertAfter("twice", loss -> loss.add("shifted", 1.0));
      log = editor.commit();
    }
    sd.addLossVariable(sd.getVariable("logits").mean("second"));
    log.undo();
    assertThat(sd.getLossVariables()).containsExactly("loss", "second");
  }

  @Test
  void aValueReadTwiceByOneNodeIsReroutedTwice() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, 2);
    SDVariable y = x.add("y", 1.0);
    y.add("sum", y);
    String dump = GraphPrinter.print(sd);
    EditLog log;
    try (GraphEditor editor = GraphEditor.open(sd)) {
      editor.insertAfter("y", v -> v.mul("scaled", 3.0));
      log = editor.commit();
    }
    INDArray input = Nd4j.createFromArray(1f, 2f);
    assertThat(sd.output(Map.of("x", input), "sum").get("sum"))
        .isEqualTo(Nd4j.createFromArray(12f, 18f));
    assertThat(GraphView.variable(sd, "y").getInputsForOp()).containsExactly("scaled");
    log.undo();
    assertThat(GraphPrinter.print(sd)).isEqualTo(dump);
    try (GraphEditor editor = GraphEditor.open(sd)) {
      editor.insertBefore("add", 1, v -> v.mul("right", 3.0));
      editor.commit();
    }
    assertThat(sd.output(Map.of("x", input), "sum").get("sum"))
        .isEqualTo(Nd4j.createFromArray(8f, 12f));
  }

  @Test
  void outputsOfNodesWithSeveralAreWrappedOneByOne() throws Exception {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, 1, 4);
    SDVariable[] halves = sd.split(x, 2, 1);
    halves[0].add("sum", halves[1]);
    EditLog log;
    String dump = GraphPrinter.print(sd);
    try (GraphEditor editor = GraphEditor.open(sd)) {
      editor.insertAfter("split:1", v -> v.mul("scaled", 10.0));
      editor.op("thirds", g -> g.unstack(x, 1, 4)[0]);
      log = editor.commit();
    }
    assertThat(log.addedValues())
        .containsExactly("scaled", "thirds", "thirds:1", "thirds:2", "thirds:3");
    Path file = folder.resolve("graph.fb");
    sd.save(file.toFile(), false);
    for (SameDiff each : List.of(sd, SameDiff.load(file.toFile(), false))) {
      Map<String, INDArray> out =
          each.output(
              Map.of("x", Nd4j.createFromArray(new float[][] {{1, 2, 3, 4}})), "sum", "thirds:2");
      assertThat(out.get("sum")).isEqualTo(Nd4j.createFromArray(new float[][] {{31, 42}}));
      assertThat(out.get("thirds:2")).isEqualTo(Nd4j.createFromArray(3f));
    }
    log.undo();
    assertThat(GraphPrinter.print(sd)).isEqualTo(dump);
  }

  @Test
  void takenAndReservedNamesAreRefused() {
    SameDiff sd = network();
    String dump = GraphPrinter.print(sd);
    try (GraphEditor editor = GraphEditor.open(sd)) {
      INDArray one = Nd4j.scalar(1f);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> editor.constant("w1", one))
          .withMessage("'w1' is in the graph already; choose another name");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> editor.placeholder("x:0", DataType.FLOAT, 1))
          .withMessageContaining("ends like a further output");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> editor.constant("reduce_mean", one))
          .withMessage("'reduce_mean' is in the graph already; choose another name");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> editor.trainable("hidden-grad", one))
          .withMessage("name 'hidden-grad' is reserved; choose another name");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> editor.trainable("count", Nd4j.scalar(1)))
          .withMessage("trainable 'count' needs a floating point type: INT");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> editor.op("mine", g -> g.getVariable("hidden")))
          .withMessage("the function for 'mine' returned 'hidden', which it did not make");
    }
    assertThat(GraphPrinter.print(sd)).isEqualTo(dump);
  }

  @Test
  void aNodeThatSwallowsAGradientIsRefusedAtCommit() {
    SameDiff sd = network();
    String dump = GraphPrinter.print(sd);
    try (GraphEditor editor = GraphEditor.open(sd)) {
      sd.getVariable("hidden").mul("hidden-grad", 2.0);
      assertThatThrownBy(editor::commit)
          .isInstanceOf(BrokenGraphException.class)
          .hasMessage("value 'hidden-grad' has a name that is reserved for gradients");
      assertThatThrownBy(editor::commit).isInstanceOf(IllegalStateException.class);
    }
    assertThat(GraphPrinter.print(sd)).isEqualTo(dump);
  }

  @Test
  void aCycleIsRefusedAtCommit() {
    SameDiff sd = network();
    String dump = GraphPrinter.print(sd);
    try (GraphEditor editor = GraphEditor.open(sd)) {
      editor.replaceInput("add", 0, "hidden");
      assertThatThrownBy(editor::commit)
          .isInstanceOf(BrokenGraphException.class)
          .hasMessage("cycle through nodes [add, tanh]");
    }
    assertThat(GraphPrinter.print(sd)).isEqualTo(dump);
  }

  @Test
  void typesMustAgree() {
    SameDiff sd = network();
    try (GraphEditor editor = GraphEditor.open(sd)) {
      editor.constant("double", Nd4j.ones(DataType.DOUBLE, 3, 4));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> editor.replaceInput("matmul", 1, "double"))
          .withMessage(
              "node 'matmul' reads FLOAT at input 1, but 'double' is DOUBLE; insert a cast");
    }
  }

  @Test
  void kindsChangeAndComeBack() {
    SameDiff sd = network();
    INDArray w1 = sd.getVariable("w1").getArr();
    INDArray w2 = sd.getVariable("w2").getArr();
    EditLog log;
    try (GraphEditor editor = GraphEditor.open(sd)) {
      editor.toTrainables(List.of("w1", "w2"));
      editor.toConstants(List.of("w2", "b1"));
      log = editor.commit();
    }
    assertThat(sd.getVariable("w1").getArr()).isSameAs(w1);
    assertThat(sd.getVariable("w2").getArr()).isSameAs(w2);
    assertThat(gradients(sd)).containsOnlyKeys("w1");
    log.undo();
    assertThat(gradients(sd)).containsOnlyKeys("w2");
    assertThat(sd.getVariable("w1").getArr()).isSameAs(w1);
    assertThat(sd.getVariable("w2").getArr()).isSameAs(w2);
    try (GraphEditor editor = GraphEditor.open(sd)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> editor.toConstants(List.of("x")))
          .withMessage("'x' (PLACEHOLDER) is neither constant nor trainable");
    }
  }

  @Test
  void aTrainableCopyLeavesTheConstantAlone() {
    SameDiff sd = network();
    INDArray b1 = sd.getVariable("b1").getArr();
    EditLog log;
    try (GraphEditor editor = GraphEditor.open(sd)) {
      editor.trainableCopy("b1", "b1.spam");
      log = editor.commit();
    }
    assertThat(gradients(sd)).containsOnlyKeys("b1.spam", "w2");
    INDArray copy = sd.getVariable("b1.spam").getArr();
    assertThat(copy).isNotSameAs(b1).isEqualTo(b1);
    copy.addi(1);
    assertThat(b1).isEqualTo(array(2, 4));
    assertThat(GraphView.of(sd).value("b1").consumers()).isEmpty();
    log.undo();
    assertThat(gradients(sd)).containsOnlyKeys("w2");
  }

  @Test
  void trainingThatHasBegunGoesOnWithWhatWasAdded() {
    SameDiff sd = network();
    sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Adam(1e-2))
            .dataSetFeatureMapping("x")
            .dataSetLabelMapping("y")
            .minimize("loss")
            .build());
    DataSet batch = new DataSet(array(11, 5, 3), array(12, 5, 2));
    sd.fit(batch);
    EditLog log = graft(sd, "spam");
    EditLog wrapped;
    try (GraphEditor editor = GraphEditor.open(sd)) {
      editor.insertAfter("loss", loss -> loss.add("shifted", 1.0));
      wrapped = editor.commit();
    }
    assertThat(sd.getTrainingConfig().getLossVariables()).containsExactly("shifted");
    INDArray a = sd.getVariable("spam.a").getArr().dup();
    sd.fit(batch);
    assertThat(sd.getVariable("spam.a").getArr()).isNotEqualTo(a);
    wrapped.undo();
    log.undo();
    assertThat(sd.getTrainingConfig().getLossVariables()).containsExactly("loss");
    assertThat(sd.getUpdaterMap()).containsOnlyKeys("w2");
    sd.fit(batch);
  }

  @Test
  void aRollbackGivesUpdatersBack() {
    SameDiff sd = network();
    sd.setTrainingConfig(
        TrainingConfig.builder()
            .updater(new Adam(1e-2))
            .dataSetFeatureMapping("x")
            .dataSetLabelMapping("y")
            .minimize("loss")
            .build());
    DataSet batch = new DataSet(array(11, 5, 3), array(12, 5, 2));
    sd.fit(batch);
    Object updater = sd.getUpdaterMap().get("w2");
    try (GraphEditor editor = GraphEditor.open(sd)) {
      editor.toConstants(List.of("w2"));
      assertThat(sd.getUpdaterMap()).isEmpty();
    }
    assertThat(sd.getUpdaterMap().get("w2")).isSameAs(updater);
    sd.fit(batch);
  }

  @Test
  void undoInACopyLeavesTheGraphAlone() throws Exception {
    SameDiff sd = network();
    String dump = GraphPrinter.print(sd);
    EditLog log = graft(sd, "spam");
    String grafted = GraphPrinter.print(sd);
    SameDiff copy = sd.dup();
    log.undo(copy);
    assertThat(GraphPrinter.print(copy)).isEqualTo(dump);
    assertThat(GraphPrinter.print(sd)).isEqualTo(grafted);
    run(copy, "loss");
    log.undo();
    assertThat(GraphPrinter.print(sd)).isEqualTo(dump);
  }

  @Test
  void aGraphThatIsBrokenAlreadyIsNotEdited() {
    SameDiff sd = network();
    GraphView.variable(sd, "hidden").getInputsForOp().clear();
    assertThatThrownBy(() -> GraphEditor.open(sd))
        .isInstanceOf(BrokenGraphException.class)
        .hasMessage("node 'matmul_1' reads 'hidden', but is not among its consumers");
    assertThat(Files.exists(folder)).isTrue();
  }
}
