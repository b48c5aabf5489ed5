/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.ImmutableLongArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.graft4j.engine.kernels.Binding;
import org.graft4j.engine.kernels.Kernel;
import org.graft4j.engine.kernels.Kernels;
import org.graft4j.engine.kernels.Layout;
import org.graft4j.engine.kernels.Run;
import org.graft4j.engine.kernels.UnboundKernel;
import org.graft4j.engine.kernels.onednn.OneDnnKernels;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.ProgramBuilder;
import org.graft4j.engine.program.TensorType;
import org.graft4j.engine.program.UnaryKind;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Nothing native stays behind: when plans are made and closed, when making one fails, and when one
 * plan runs for long.
 */
final class LeakTest {
  private static final int PLANS = 300;
  private static final int MODELS = 4;
  private static final int PLANS_OF_EACH = 25;
  private static final int FAILURES = 25;
  private static final int STEPS = 20_000;
  private static final long MEBI = 1 << 20;
  private static final long PATIENCE = 20_000_000_000L;

  /** What is held outside the heap. */
  private record Held(long pointers, long bytes, long resident) {
    static Held now() {
      return new Held(Pointer.totalCount(), Pointer.totalBytes(), residentBytes());
    }

    /** Once pointers that nobody can reach are freed, as far as one collection does so. */
    static Held afterCollection() {
      System.gc();
      Pointer.deallocateReferences();
      return now();
    }

    private static long residentBytes() {
      Path status = Path.of("/proc/self/status");
      if (!Files.exists(status)) {
        return 0; // only Linux tells; the pointers are counted everywhere
      }
      try (Stream<String> lines = Files.lines(status)) {
        String line = lines.filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void assertNotMoreThan(Held before, long residentGrowth) {
      assertThat(pointers).as("native objects").isLessThanOrEqualTo(before.pointers);
      assertThat(bytes).as("bytes of native objects").isLessThanOrEqualTo(before.bytes);
      assertThat(resident - before.resident).as("resident bytes").isLessThan(residentGrowth);
    }
  }

  /**
   * Collects until no more is held than before. ND4J leaves its contexts to the garbage collector
   * and to threads of its own, so that one collection may not do.
   */
  private static void assertNothingReachable(Held before) {
    long deadline = System.nanoTime() + PATIENCE;
    Held held = Held.afterCollection();
    while ((held.pointers > before.pointers || held.bytes > before.bytes)
        && System.nanoTime() < deadline) {
      held = Held.afterCollection();
    }
    held.assertNotMoreThan(before, 64 * MEBI);
  }

  /**
   * Without the help of the garbage collector: all that oneDNN holds has an owner that frees it.
   */
  @Test
  void closingAKernelFreesItAtOnce() {
    Kernels kernels = new OneDnnKernels();
    for (Instruction instruction : ofOneDnnAlone().instructions()) {
      Layout layout = Layout.contiguous(instruction);
      List<INDArray> inputs = arrays(instruction.inputs().stream().map(Operand::type).toList());
      List<INDArray> outputs = arrays(instruction.outputs().stream().map(Operand::type).toList());
      List<INDArray> scratch;
      try (UnboundKernel unbound = kernels.prepare(instruction, layout)) {
        scratch = arrays(unbound.workspaces());
      }
      Binding binding = new Binding(inputs, outputs, scratch);
      Held before = Held.afterCollection();
      for (int i = 0; i < PLANS; i++) {
        try (UnboundKernel unbound = kernels.prepare(instruction, layout);
            Kernel kernel = unbound.bind(binding)) {
          kernel.run(Run.WITHOUT_DROPOUT);
        }
      }
      Held.now().assertNotMoreThan(before, 24 * MEBI);
    }
  }

  private static List<INDArray> arrays(List<TensorType> types) {
    List<INDArray> arrays = new ArrayList<>();
    for (TensorType type : types) {
      arrays.add(Nd4j.zeros(type.dataType(), type.shape().toArray()));
    }
    return arrays;
  }

  private static Program ofOneDnnAlone() {
    ProgramBuilder builder = new ProgramBuilder();
    Operand x = builder.input("x", TensorType.of(DataType.FLOAT, 2, 2, 4, 8));
    Operand ones = builder.constant("ones", Nd4j.ones(DataType.FLOAT, 8));
    Operand weight = builder.constant("weight", Nd4j.ones(DataType.FLOAT, 8, 8));
    Op norm = new Op.LayerNorm(1e-5);
    Operand y = builder.addAll("norm", norm, List.of(x, ones, ones)).get(0);
    y = builder.add("product", new Op.MatMul(false, false), y, weight);
    y = builder.add("gelu", new Op.Unary(UnaryKind.GELU_ERF), y);
    y = builder.add("permute", Op.Permute.of(0, 2, 1, 3), y);
    y = builder.add("softmax", new Op.Softmax(3), y);
    y = builder.add("derivative", new Op.SoftmaxGrad(3), y, y);
    builder.output("y", builder.add("sum", new Op.Binary(BinaryKind.ADD), y, y));
    return builder.build();
  }

  @Test
  void closedPlansLeaveNothing() {
    Grafted grafted = Grafted.bert(0.1);
    Map<String, INDArray> batch = grafted.batch(2, 7);
    Counting set = new Counting();
    Engine engine = Engine.builder().kernels(set).maxPlans(1).build();
    makeAndClose(engine, grafted, batch, 2);
    Held before = Held.afterCollection();
    makeAndClose(engine, grafted, batch, MODELS);
    assertThat(set.open).as("kernels that nobody closed").isZero();
    assertNothingReachable(before);
  }

  /** Only one plan may stay idle: of those leased at the same time, the others are closed. */
  private static void makeAndClose(
      Engine engine, Grafted grafted, Map<String, INDArray> batch, int models) {
    for (int model = 0; model < models; model++) {
      try (CompiledGraph compiled =
          engine.compileTraining(grafted.graph(), grafted.loss(), grafted.trainable(), List.of())) {
        List<Plan> leased = new ArrayList<>();
        for (int i = 0; i < PLANS_OF_EACH; i++) {
          leased.add(compiled.planFor(batch));
          leased.get(i).run(batch, i);
        }
        leased.forEach(Plan::close);
      }
    }
  }

  @Test
  void plansThatCannotBeMadeLeaveNothing() {
    Grafted grafted = Grafted.bert(0);
    Map<String, INDArray> batch = grafted.batch(2, 7);
    Counting set = new Counting();
    try (CompiledGraph compiled =
        Engine.builder()
            .kernels(set)
            .build()
            .compileTraining(grafted.graph(), grafted.loss(), grafted.trainable(), List.of())) {
      fail(set, compiled, batch);
      Held before = Held.afterCollection();
      for (int i = 0; i < FAILURES; i++) {
        fail(set, compiled, batch);
      }
      assertNothingReachable(before);
    }
  }

  private static void fail(Counting set, CompiledGraph compiled, Map<String, INDArray> batch) {
    set.prepared = 60;
    set.bound = Integer.MAX_VALUE;
    assertThatThrownBy(() -> compiled.planFor(batch)).hasMessage("not prepared");
    set.prepared = Integer.MAX_VALUE;
    set.bound = 60;
    assertThatThrownBy(() -> compiled.planFor(batch)).hasMessage("not bound");
    assertThat(set.open).as("kernels that nobody closed").isZero();
  }

  @Test
  void longRunsStayFlat() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 4);
    SDVariable labels = graph.placeHolder("labels", DataType.FLOAT, -1, 2);
    SDVariable first = graph.var("first", Nd4j.linspace(DataType.FLOAT, -1, 0.1, 32).reshape(4, 8));
    SDVariable second =
        graph.var("second", Nd4j.linspace(DataType.FLOAT, 1, -0.1, 16).reshape(8, 2));
    SDVariable logits = graph.math().tanh(x.mmul(first)).mmul(second);
    graph.loss().softmaxCrossEntropy("loss", labels, logits, null);
    Map<String, INDArray> batch =
        Map.of(
            "x",
            Nd4j.linspace(DataType.FLOAT, -1, 0.2, 12).reshape(3, 4),
            "labels",
            Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {1, 0}}));
    Engine engine = Engine.builder().kernels(new OneDnnKernels()).build();
    try (CompiledGraph compiled =
            engine.compileTraining(graph, "loss", List.of("first", "second"), List.of());
        Plan plan = compiled.planFor(batch)) {
      plan.run(batch);
      double start = plan.loss();
      train(plan, graph, batch, STEPS / 10);
      Held before = Held.afterCollection();
      train(plan, graph, batch, STEPS);
      Held.afterCollection().assertNotMoreThan(before, 8 * MEBI);
      assertThat(plan.loss()).isLessThan(start / 2);
    }
  }

  private static void train(Plan plan, SameDiff graph, Map<String, INDArray> batch, int steps) {
    INDArray first = graph.getVariable("first").getArr();
    INDArray second = graph.getVariable("second").getArr();
    for (int step = 0; step < steps; step++) {
      plan.run(batch);
      descend(first, plan.gradient("first"));
      descend(second, plan.gradient("second"));
    }
  }

  /** Number by number: ND4J's arithmetic leaves native objects to the garbage collector. */
  private static void descend(INDArray weight, INDArray gradient) {
    for (long i = 0; i < weight.length(); i++) {
      weight.putScalar(i, weight.getFloat(i) - 0.01f * gradient.getFloat(i));
    }
  }

  /** OneDNN's kernels, counted, which fail when a number of them have been made. */
  private static final class Counting implements Kernels {
    private final Kernels set = new OneDnnKernels();
    private int prepared = Integer.MAX_VALUE;
    private int bound = Integer.MAX_VALUE;
    private int open;

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public boolean readsStrided(Instruction instruction, int input, ImmutableLongArray strides) {
      return set.readsStrided(instruction, input, strides);
    }

    @Override
    public boolean writesStrided(Instruction instruction, int output, ImmutableLongArray strides) {
      return set.writesStrided(instruction, output, strides);
    }

    @Override
    public UnboundKernel prepare(Instruction instruction, Layout layout) {
      if (prepared-- == 0) {
        throw new IllegalStateException("not prepared");
      }
      UnboundKernel kernel = set.prepare(instruction, layout);
      open++;
      return new UnboundKernel() {
        @Override
        public List<TensorType> workspaces() {
          return kernel.workspaces();
        }

        @Override
        public boolean inPlace(int input) {
          return kernel.inPlace(input);
        }

        @Override
        public Kernel bind(Binding binding) {
          if (bound-- == 0) {
            throw new IllegalStateException("not bound");
          }
          Kernel made = kernel.bind(binding);
          open++;
          return counted(made);
        }

        @Override
        public void close() {
          kernel.close();
          open--;
        }
      };
    }

    private Kernel counted(Kernel kernel) {
      return new Kernel() {
        @Override
        public void run(Run run) {
          kernel.run(run);
        }

        @Override
        public void close() {
          kernel.close();
          open--;
        }
      };
    }
  }
}
