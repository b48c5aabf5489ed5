/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.graft4j.adapters.lora.LoraConfig;
import org.graft4j.adapters.lora.LoraConfig.Bias;
import org.graft4j.engine.CompiledGraph;
import org.graft4j.engine.Engine;
import org.graft4j.engine.Plan;
import org.graft4j.engine.kernels.Kernels;
import org.graft4j.engine.kernels.nd4j.Nd4jKernels;
import org.graft4j.engine.kernels.onednn.OneDnnKernels;
import org.graft4j.engine.program.Instruction;
import org.graft4j.graph.roles.Linear;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Rows of one batch that use different adapters, against runs in which all rows use the same. */
class RowGateTest {
  private static final int ROWS = 4;

  /** What a row uses of each adapter: one, the other, none, half of both. */
  private static final float[][] USES = {{1, 0}, {0, 1}, {0, 0}, {0.5f, 0.5f}};

  static List<TestModel> models() {
    return TestModels.all().stream().map(RowGateTest::ofFourRows).toList();
  }

  private static TestModel ofFourRows(TestModel model) {
    Map<String, INDArray> inputs = new LinkedHashMap<>();
    model
        .inputs()
        .forEach(
            (name, array) -> {
              INDArray[] rows = new INDArray[ROWS];
              for (int row = 0; row < ROWS; row++) {
                rows[row] = row(array, (int) (row % array.size(0)));
              }
              inputs.put(name, Nd4j.concat(0, rows));
            });
    return new TestModel(
        model.name(), model.original(), inputs, model.output(), model.targets(), model.sites());
  }

  private static INDArray row(INDArray array, int row) {
    return array.get(NDArrayIndex.interval(row, row + 1)).dup('c');
  }

  /** Adapters a and b, of different ranks, both active. */
  private static AdaptedGraph adapted(TestModel model, SameDiff graph) {
    LoraConfig a =
        LoraConfig.builder().rank(2).targets(model.targets().toArray(new String[0])).build();
    LoraConfig b = LoraConfig.builder().rank(3).targets(model.targets().get(0)).build();
    AdaptedGraph adapted = Adapters.attach(graph, "a", a).attach("b", b).setActive("a", "b");
    Stock.disturb(adapted.trainable(), 1);
    return adapted;
  }

  /** The output for each way to use the adapters, all rows alike. */
  private static List<INDArray> expected(TestModel model, AdaptedGraph adapted) {
    List<INDArray> outputs = new ArrayList<>();
    for (float[] use : USES) {
      adapted.scale("a", use[0]).scale("b", use[1]);
      outputs.add(model.run(adapted.graph()));
    }
    adapted.scale("a", 1).scale("b", 1);
    return outputs;
  }

  /** The batch, with row gates that let each row use the adapters in one of the ways. */
  private static Map<String, INDArray> arrays(
      TestModel model, AdaptedGraph adapted, int... choice) {
    float[] a = new float[ROWS];
    float[] b = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      a[row] = USES[choice[row]][0];
      b[row] = USES[choice[row]][1];
    }
    Map<String, INDArray> arrays = new HashMap<>(model.inputs());
    arrays.put(adapted.rowGate("a"), Nd4j.createFromArray(a));
    arrays.put(adapted.rowGate("b"), Nd4j.createFromArray(b));
    return arrays;
  }

  private static void assertRows(INDArray actual, List<INDArray> expected, int... choice) {
    for (int row = 0; row < ROWS; row++) {
      INDArray alone = row(expected.get(choice[row]), row);
      assertThat(Stock.distance(row(actual, row), alone)).as("row %s", row).isLessThan(1e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void eachRowIsThatOfItsOwnAdapters(TestModel model) {
    AdaptedGraph adapted = adapted(model, model.graph());
    List<INDArray> expected = expected(model, adapted);
    for (int i = 1; i < USES.length; i++) {
      assertThat(Stock.distance(expected.get(i), expected.get(0))).isGreaterThan(1e-3);
    }
    for (Kernels kernels : List.of(new OneDnnKernels(), new Nd4jKernels())) {
      try (CompiledGraph compiled =
          Engine.builder()
              .kernels(kernels)
              .build()
              .compile(adapted.graph(), List.of(model.output()))) {
        List<Instruction> program = null;
        int[][] choices = {{0, 1, 2, 3}, {3, 2, 1, 0}, {1, 1, 0, 2}};
        for (int[] choice : choices) {
          Map<String, INDArray> arrays = arrays(model, adapted, choice);
          try (Plan plan = compiled.planFor(arrays)) {
            plan.run(arrays);
            assertRows(plan.output(model.output()), expected, choice);
            List<Instruction> instructions = List.copyOf(plan.profile(arrays).keySet());
            assertThat(program == null ? instructions : program).isEqualTo(instructions);
            program = instructions; // equal if it is the same one only
          }
        }
      }
    }
  }

  @Test
  void eightThreadsHaveTheirOwnRowsOnOneGraph() throws Exception {
    TestModel model = ofFourRows(TestModels.bert());
    AdaptedGraph adapted = adapted(model, model.graph());
    List<INDArray> expected = expected(model, adapted);
    int threads = 8;
    CyclicBarrier start = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try (CompiledGraph compiled =
        Engine.create().compile(adapted.graph(), List.of(model.output()))) {
      List<Future<?>> done = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int[] choice = new int[ROWS];
        for (int row = 0; row < ROWS; row++) {
          choice[row] = (thread + (thread < 4 ? 1 : 3) * row) % USES.length;
        }
        Map<String, INDArray> arrays = arrays(model, adapted, choice);
        done.add(
            pool.submit(
                () -> {
                  start.await();
                  for (int i = 0; i < 10; i++) {
                    INDArray actual = requireNonNull(compiled.run(arrays).get(model.output()));
                    assertRows(actual, expected, choice);
                  }
                  return null;
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void anInactiveAdapterStaysOff() {
    TestModel model = ofFourRows(TestModels.bert());
    AdaptedGraph adapted = adapted(model, model.graph());
    List<INDArray> expected = expected(model, adapted);
    adapted.disable("b");
    try (CompiledGraph compiled =
        Engine.create().compile(adapted.graph(), List.of(model.output()))) {
      INDArray actual =
          requireNonNull(compiled.run(arrays(model, adapted, 0, 1, 2, 0)).get(model.output()));
      assertRows(actual, expected, 0, 2, 2, 0);
    }
  }

  @Test
  void refusesWhatCannotDifferByRow() {
    TestModel model = TestModels.bert();
    SameDiff graph = model.graph();
    AdaptedGraph adapted = adapted(model, graph);
    assertThat(adapted.rowGate("a")).isEqualTo("a.rows");
    refuses(adapted, "c", "there is no adapter 'c'; attached are: [a, b]");
    adapted.merge("a");
    refuses(adapted, "a", "adapter 'a' is merged; unmerge first");
    adapted.unmerge();
    adapted.attach(
        "biased",
        LoraConfig.builder()
            .rank(2)
            .targets("layer.0.attention.self.query")
            .bias(Bias.LORA_ONLY)
            .build());
    refuses(
        adapted,
        "biased",
        "adapter 'biased' trains copies of the base's arrays, which all rows share:"
            + " [encoder.layer.0.attention.self.query.bias]; attach it without trained biases and"
            + " modules to save");
    adapted.attach("ungated", new Ungated());
    refuses(adapted, "ungated", "adapter 'ungated' has no gate, so all rows share it");
    graph.placeHolder("b.rows", DataType.FLOAT, -1);
    refuses(
        adapted,
        "b",
        "the graph has a value 'b.rows', so adapter 'b' can have no row gate; rename one of them");
  }

  /** Draws nothing. */
  private record Ungated() implements AdapterConfig, AdapterMethod {
    @Override
    public String peftType() {
      return "UNGATED";
    }

    @Override
    public Targets targets() {
      return Targets.of("query");
    }

    @Override
    public List<String> modulesToSave() {
      return List.of();
    }

    @Override
    public AdapterMethod method() {
      return this;
    }

    @Override
    public void graft(Graft graft) {}

    @Override
    public INDArray fold(
        Linear site, INDArray weight, Map<String, INDArray> parameters, double scale) {
      return weight;
    }

    @Override
    public double scale(String path) {
      return 1;
    }
  }

  @Test
  void refusesAnAdapterThatIsGone() {
    TestModel model = ofFourRows(TestModels.bert());
    SameDiff graph = model.graph();
    AdaptedGraph adapted = adapted(model, graph);
    Map<String, INDArray> arrays = arrays(model, adapted, 0, 1, 2, 3);
    adapted.merge("a");
    try (CompiledGraph compiled = Engine.create().compile(graph, List.of(model.output()))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> compiled.run(arrays))
          .withMessage("row gate 'a.rows' is that of no adapter in this graph; it has: [b.rows]");
    }
  }

  private static void refuses(AdaptedGraph adapted, String name, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> adapted.rowGate(name))
        .withMessage(message);
  }
}
