/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.graft4j.engine.differentiate.Differentiation;
import org.graft4j.engine.kernels.nd4j.Nd4jKernels;
import org.graft4j.engine.plan.Executable;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.ProgramBuilder;
import org.graft4j.engine.program.ReduceKind;
import org.graft4j.engine.program.TensorType;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

final class BlockedCrossEntropyTest {
  /** Three blocks of 32 rows and one of 4. */
  private static final int ROWS = 100;

  private static final int CLASSES = 20000;

  @Test
  void blocksWithoutARowThatCountsAreSkipped() {
    assertThat(softmaxes(0, ROWS)).isEqualTo(Map.of("LogSoftmax", 4, "Softmax", 4));
    assertThat(softmaxes(40, 50)).isEqualTo(Map.of("LogSoftmax", 1, "Softmax", 1));
    assertThat(softmaxes(60, 97)).isEqualTo(Map.of("LogSoftmax", 3, "Softmax", 3));
    assertThat(softmaxes(0, 0)).isEmpty();
  }

  /** How often which softmax runs in a step in which the rows between two count. */
  private static Map<String, Integer> softmaxes(int from, int to) {
    Tally set = new Tally();
    INDArray logits = Nd4j.zeros(DataType.FLOAT, ROWS, CLASSES);
    int[] ids = new int[ROWS];
    for (int row = 0; row < ROWS; row++) {
      ids[row] = from <= row && row < to ? row : -100;
    }
    ProgramBuilder builder = new ProgramBuilder();
    Operand x = builder.trainable("x", logits);
    Operand losses =
        builder.add(
            "ce", new Op.CrossEntropy(), x, builder.constant("ids", Nd4j.createFromArray(ids)));
    builder.loss(builder.add("sum", Op.Reduce.of(ReduceKind.SUM, false, 0), losses));
    try (Executable step = Executable.of(Differentiation.of(builder.build()), set)) {
      step.run(Map.of(), OptionalLong.empty());
      double each = Math.log(CLASSES);
      assertThat(step.loss()).isCloseTo((to - from) * each, within(1e-2));
      assertThat(step.gradient("x").sumNumber().doubleValue()).isCloseTo(0, within(0.1));
      assertThat(step.gradient("x").minNumber().doubleValue())
          .isCloseTo(from < to ? 1.0 / CLASSES - 1 : 0, within(1e-6));
    }
    return set.runs;
  }

  /** Counts the softmaxes that run. */
  private static final class Tally implements Kernels {
    private final Kernels set = new Nd4jKernels();
    private final Map<String, Integer> runs = new TreeMap<>();

    @Override
    public String name() {
      return "tally";
    }

    @Override
    public UnboundKernel prepare(Instruction instruction, Layout layout) {
      Op op = instruction.op();
      if (op instanceof Op.CrossEntropy || op instanceof Op.CrossEntropyGrad) {
        return new BlockedCrossEntropy(this, instruction);
      }
      UnboundKernel kernel = set.prepare(instruction, layout);
      return op instanceof Op.Softmax || op instanceof Op.LogSoftmax
          ? counted(op.name(), kernel)
          : kernel;
    }

    private UnboundKernel counted(String name, UnboundKernel kernel) {
      return new UnboundKernel() {
        @Override
        public List<TensorType> workspaces() {
          return kernel.workspaces();
        }

        @Override
        public Kernel bind(Binding binding) {
          Kernel count = run -> runs.merge(name, 1, Integer::sum);
          return Kernel.sequence(List.of(kernel.bind(binding), count));
        }

        @Override
        public void close() {
          kernel.close();
        }
      };
    }
  }
}
