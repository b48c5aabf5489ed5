/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.graft4j.engine.StockComparison.assertClose;
import static org.graft4j.engine.StockComparison.at;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.graft4j.engine.kernels.Kernels;
import org.graft4j.engine.kernels.nd4j.Nd4jKernels;
import org.graft4j.engine.kernels.onednn.OneDnnKernels;
import org.graft4j.engine.program.Instruction;
import org.graft4j.graph.GraphView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A factor for each row of the batch on what an adapter contributes. */
final class RowGatesTest {
  private static final int ROWS = 4;
  private static final int TOKENS = 3;
  private static final int RANK = 2;
  private static final float[][] FACTORS = {{1, 0, 0, 0.5f}, {0, 1, 0, 0.25f}};
  private static final List<String> TRAINABLE = List.of("a.A", "a.B", "b.A", "b.B");

  private final SplittableRandom random = new SplittableRandom(5);

  /**
   * A linear layer with low-rank terms of adapters a and b, over the tokens of each row or of all
   * rows at once; the numbers are the same.
   */
  private static SameDiff layer(boolean flat, DataType type) {
    SplittableRandom random = new SplittableRandom(3);
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", type, -1, -1, 6);
    SDVariable in = flat ? sd.reshape(x, -1, 6) : x;
    SDVariable y = sd.mmul("base", in, sd.constant("w", Grafted.normal(random, 6, 8).castTo(type)));
    for (String adapter : List.of("a", "b")) {
      SDVariable a = sd.var(adapter + ".A", Grafted.normal(random, 6, RANK).castTo(type));
      SDVariable b = sd.var(adapter + ".B", Grafted.normal(random, RANK, 8).castTo(type));
      SDVariable gate = sd.constant("q." + adapter + ".gate", Nd4j.scalar(type, 2));
      SDVariable up = sd.mmul(sd.mmul(in, a), b);
      y = y.add(adapter.equals("a") ? up.mul("q.a/scale", gate) : gate.mul("q.b/scale", up));
    }
    sd.identity("y", y);
    y.mul(y).sum().rename("loss");
    return sd;
  }

  private Map<String, INDArray> batch(DataType type) {
    Map<String, INDArray> batch = new HashMap<>();
    batch.put("x", Grafted.normal(random, ROWS, TOKENS, 6).castTo(type));
    batch.put("a.rows", Nd4j.createFromArray(FACTORS[0]));
    batch.put("b.rows", Nd4j.createFromArray(FACTORS[1]));
    return batch;
  }

  /** Sets the gates to what they are for one row. */
  private static void gate(SameDiff sd, Map<String, INDArray> batch, int row) {
    for (String adapter : List.of("a", "b")) {
      double factor = at(batch, adapter + ".rows").getDouble(row);
      sd.getVariable("q." + adapter + ".gate").getArr().assign(2 * factor);
    }
  }

  private static void ungate(SameDiff sd) {
    sd.getVariable("q.a.gate").getArr().assign(2);
    sd.getVariable("q.b.gate").getArr().assign(2);
  }

  private static INDArray row(INDArray array, int row) {
    return array.get(NDArrayIndex.interval(row, row + 1)).dup('c');
  }

  /** What stock computes for one row, which cannot multiply stacks of matrices by one. */
  private static INDArray stock(Map<String, INDArray> batch, int row) {
    SameDiff sd = layer(true, at(batch, "x").dataType());
    gate(sd, batch, row);
    INDArray y = at(sd.output(Map.of("x", at(batch, "x")), "y"), "y");
    return row(y.reshape(ROWS, TOKENS, 8), row);
  }

  private static void assertSameAsStock(Map<String, INDArray> batch, INDArray actual) {
    for (int row = 0; row < ROWS; row++) {
      INDArray part = row(actual.reshape(ROWS, TOKENS, 8), row);
      assertClose("row " + row, part, stock(batch, row), 1e-5);
    }
  }

  static Stream<Arguments> cases() {
    return Stream.of(new OneDnnKernels(), new Nd4jKernels())
        .flatMap(
            kernels ->
                Stream.of(DataType.FLOAT, DataType.DOUBLE)
                    .flatMap(
                        type ->
                            Stream.of(true, false).map(flat -> Arguments.of(kernels, type, flat))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void eachRowIsThatOfItsOwnGates(Kernels kernels, DataType type, boolean flat) {
    SameDiff sd = layer(flat, type);
    Map<String, INDArray> batch = batch(type);
    Engine engine = Engine.builder().kernels(kernels).build();
    try (CompiledGraph compiled = engine.compile(sd, List.of("y"))) {
      assertThat(compiled.rowGates()).containsExactly("a.rows", "b.rows");
      assertSameAsStock(batch, at(compiled.run(batch), "y"));
      Map<String, INDArray> some = new HashMap<>(batch);
      some.remove("b.rows");
      INDArray actual = at(compiled.run(some), "y");
      some.put("b.rows", Nd4j.ones(DataType.FLOAT, ROWS));
      assertSameAsStock(some, actual);
    }
  }

  @Test
  void otherFactorsRunOnTheSamePlanAndOtherRowGatesOnAnother() {
    SameDiff sd = layer(false, DataType.FLOAT);
    Map<String, INDArray> batch = batch(DataType.FLOAT);
    try (CompiledGraph compiled = Engine.create().compile(sd, List.of("y"))) {
      List<Instruction> first = instructions(compiled, batch);
      batch.put("a.rows", Nd4j.createFromArray(0f, 0f, 3f, 1f));
      assertThat(instructions(compiled, batch)).isEqualTo(first);
      assertSameAsStock(batch, at(compiled.run(batch), "y"));
      batch.remove("b.rows");
      assertThat(instructions(compiled, batch)).isNotEqualTo(first);
      batch.remove("a.rows");
      assertThat(instructions(compiled, batch)).isNotEqualTo(first).hasSizeLessThan(first.size());
      sd.getVariable("q.a.gate").getArr().assign(0);
      batch.put("a.rows", Nd4j.createFromArray(1f, 1f, 1f, 1f));
      INDArray shut = at(compiled.run(batch), "y");
      batch.put("a.rows", Nd4j.createFromArray(9f, 9f, 9f, 9f));
      assertThat(at(compiled.run(batch), "y")).isEqualTo(shut);
    }
  }

  /** The instructions that run; each is equal to itself only. */
  private static List<Instruction> instructions(
      CompiledGraph compiled, Map<String, INDArray> batch) {
    try (Plan plan = compiled.planFor(batch)) {
      return List.copyOf(plan.profile(batch).keySet());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theSmallValueIsScaled(Kernels kernels, DataType type, boolean flat) {
    Map<String, INDArray> batch = batch(type);
    Engine engine = Engine.builder().kernels(kernels).build();
    try (CompiledGraph compiled = engine.compile(layer(flat, type), List.of("y"))) {
      List<Instruction> scalings =
          instructions(compiled, batch).stream()
              .filter(i -> i.op().name().equals("Binary.MUL"))
              .toList();
      assertThat(scalings)
          .hasSize(2)
          .allSatisfy(i -> assertThat(i.output().shape().size(-1)).isEqualTo(RANK));
      Map<String, long[]> shapes = new HashMap<>();
      batch.forEach((name, array) -> shapes.put(name, array.shape()));
      assertThat(compiled.report(shapes).findings()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreTheSumOfThoseOfTheRows(Kernels kernels, DataType type, boolean flat) {
    SameDiff sd = layer(flat, type);
    Map<String, INDArray> batch = batch(type);
    Engine engine =
        Engine.builder().kernels(kernels).trainingMemory(TrainingMemory.RECOMPUTE_LAYERS).build();
    try (CompiledGraph compiled = engine.compileTraining(sd, "loss", TRAINABLE, List.of())) {
      Map<String, INDArray> sums = new HashMap<>();
      for (int row = 0; row < ROWS; row++) {
        gate(sd, batch, row);
        Map<String, INDArray> one = Map.of("x", row(at(batch, "x"), row));
        try (Plan plan = compiled.planFor(one)) {
          plan.run(one);
          TRAINABLE.forEach(
              name -> sums.merge(name, plan.gradient(name).dup(), (sum, g) -> sum.addi(g)));
        }
      }
      ungate(sd);
      try (Plan plan = compiled.planFor(batch)) {
        plan.run(batch);
        TRAINABLE.forEach(name -> assertClose(name, plan.gradient(name), at(sums, name), 1e-5));
      }
    }
  }

  @Test
  void layersComputedAgainAreScaledAgain() {
    Grafted grafted = Grafted.bert(0.3);
    Map<String, INDArray> batch = grafted.batch(4, 8);
    batch.put("t.rows", Nd4j.createFromArray(1f, 0f, 0.5f, -2f));
    Engine recomputing = Engine.builder().trainingMemory(TrainingMemory.RECOMPUTE_LAYERS).build();
    try (CompiledGraph kept =
            Engine.create()
                .compileTraining(grafted.graph(), "loss", grafted.trainable(), List.of());
        CompiledGraph again =
            recomputing.compileTraining(grafted.graph(), "loss", grafted.trainable(), List.of());
        Plan expected = kept.planFor(batch);
        Plan actual = again.planFor(batch)) {
      expected.run(batch, 5);
      actual.run(batch, 5);
      for (String name : grafted.trainable()) {
        assertClose(name, actual.gradient(name), expected.gradient(name), 1e-5);
      }
    }
  }

  @Test
  void oneRowIsABatchToo() {
    SameDiff sd = layer(false, DataType.FLOAT);
    Map<String, INDArray> batch = batch(DataType.FLOAT);
    Map<String, INDArray> one = new HashMap<>();
    batch.forEach((name, array) -> one.put(name, row(array, 3)));
    try (CompiledGraph compiled = Engine.create().compile(sd, List.of("y"))) {
      assertClose("y", at(compiled.run(one), "y"), stock(batch, 3), 1e-5);
    }
  }

  @Test
  void whatHasNoEffectIsPassedOver() {
    SameDiff sd = layer(false, DataType.FLOAT);
    Map<String, INDArray> batch = batch(DataType.FLOAT);
    batch.put("unknown", Nd4j.ones(2));
    try (CompiledGraph compiled = Engine.create().compile(sd, List.of("base"))) {
      assertThat(compiled.rowGates()).isEmpty();
      INDArray actual = at(compiled.run(batch), "base");
      batch.keySet().retainAll(List.of("x"));
      assertThat(at(compiled.run(batch), "base")).isEqualTo(actual);
    }
  }

  @Test
  void aPlaceholderOfThatNameIsAPlaceholder() {
    SameDiff sd = layer(false, DataType.FLOAT);
    SDVariable rows = sd.placeHolder("a.rows", DataType.FLOAT, -1, 1, 1);
    sd.getVariable("y").mul("z", rows);
    try (CompiledGraph compiled = Engine.create().compile(sd, List.of("z"))) {
      assertThat(compiled.rowGates()).containsExactly("b.rows");
      assertThat(compiled.placeholders()).containsExactlyInAnyOrder("x", "a.rows");
    }
  }

  @Test
  void mistakesAreSaidInASentence() {
    Map<String, INDArray> batch = batch(DataType.FLOAT);
    try (CompiledGraph compiled =
        Engine.create().compile(layer(false, DataType.FLOAT), List.of("y"))) {
      refuses(
          () -> compiled.run(with(batch, "a.rows", Nd4j.ones(DataType.FLOAT, 3))),
          "row gate 'a.rows' takes a number for each row of the batch, [4]: [3]");
      refuses(
          () -> compiled.run(with(batch, "a.rows", Nd4j.ones(DataType.FLOAT, 4, 1))),
          "row gate 'a.rows' takes a number for each row of the batch, [4]: [4, 1]");
      refuses(
          () -> compiled.run(with(batch, "a.rows", Nd4j.ones(DataType.INT64, 4))),
          "row gate 'a.rows' takes floating-point numbers: LONG");
      refuses(
          () -> compiled.run(with(batch, "c.rows", Nd4j.ones(DataType.FLOAT, 4))),
          "row gate 'c.rows' is that of no adapter in this graph; it has: [a.rows, b.rows]");
      Map<String, INDArray> without = new HashMap<>(batch);
      without.remove("b.rows");
      try (Plan plan = compiled.planFor(batch)) {
        refuses(
            () -> plan.run(without),
            "row gate 'b.rows' is missing; this plan takes a number for each of 4 rows");
        refuses(
            () -> plan.run(with(batch, "b.rows", Nd4j.ones(DataType.FLOAT, 5))),
            "row gate 'b.rows' takes [4] in this plan: [5]");
      }
      try (Plan plan = compiled.planFor(without)) {
        refuses(
            () -> plan.run(batch),
            "this plan was made without row gate 'b.rows'; name it among the shapes when a plan is"
                + " leased");
      }
    }
  }

  @Test
  void aBatchThatCannotBeFoundIsRefusedWithTheNode() {
    SameDiff sd = layer(false, DataType.FLOAT);
    SDVariable x = sd.getVariable("x");
    SDVariable gate = sd.getVariable("q.a.gate");
    x.permute(1, 0, 2).mul("turned", gate);
    sd.getVariable("w").mul("weight", gate);
    x.add("summed", gate);
    sd.reshape(x, -1).mul("vector", gate);
    String axis = "row gate 'a.rows' has 4 rows, which are not the first axis of what it scales: ";
    refuses(sd, "turned", "multiply", axis + "[3, 4, 6]");
    refuses(sd, "vector", "multiply", axis + "[72]");
    refuses(sd, "weight", "multiply", "row gate 'a.rows' would scale 'w', which all rows share");
    refuses(sd, "summed", "add", "it reads the gate of row gate 'a.rows', which must be a factor");
  }

  private void refuses(SameDiff sd, String value, String op, String reason) {
    Map<String, INDArray> batch = batch(DataType.FLOAT);
    SDVariable output = sd.getVariable(value).add(sd.getVariable("x").sum());
    String node = GraphView.of(sd).value(value).producer().orElseThrow().name();
    try (CompiledGraph compiled = Engine.create().compile(sd, List.of(output.name()))) {
      refuses(
          () -> compiled.planFor(batch),
          "op '" + op + "' (node '" + node + "') cannot be compiled: " + reason);
    }
  }

  private static void refuses(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
  }

  private static Map<String, INDArray> with(
      Map<String, INDArray> batch, String name, INDArray array) {
    Map<String, INDArray> changed = new HashMap<>(batch);
    changed.put(name, array);
    return changed;
  }
}
