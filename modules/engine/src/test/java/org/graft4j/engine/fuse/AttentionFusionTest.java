/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.graft4j.engine.differentiate.Differentiation;
import org.graft4j.engine.kernels.Kernels;
import org.graft4j.engine.kernels.nd4j.Nd4jKernels;
import org.graft4j.engine.kernels.onednn.OneDnnKernels;
import org.graft4j.engine.plan.Executable;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.ProgramBuilder;
import org.graft4j.engine.program.ReduceKind;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.UnaryKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

final class AttentionFusionTest {
  private static final int LENGTH = 300;

  /** Heads of a projection, as models spell them: reshape, permute, scores, mask, softmax. */
  private static Program attention() {
    ProgramBuilder p = new ProgramBuilder();
    Operand x = p.constant("x", normal(1, 2, LENGTH, 12));
    Operand[] heads = new Operand[3];
    for (int i = 0; i < 3; i++) {
      Operand weight = p.trainable("w" + i, normal(5 + i, 12, 12).muli(0.3));
      Operand projected = p.add("project", new Op.MatMul(false, false), x, weight);
      Operand split = p.add("split", new Op.Reshape(Shape.of(2, LENGTH, 3, 4)), projected);
      heads[i] = p.add("heads", Op.Permute.of(0, 2, 1, 3), split);
    }
    Operand scores = p.add("scores", new Op.MatMul(false, true), heads[0], heads[1]);
    Operand scaled =
        p.add("scale", new Op.Binary(BinaryKind.DIV), scores, p.scalar(DataType.FLOAT, 2));
    Operand mask = p.constant("mask", normal(9, 2, 1, 1, LENGTH));
    Operand masked = p.add("mask", new Op.Binary(BinaryKind.ADD), scaled, mask);
    Operand softmax = p.add("softmax", new Op.Softmax(3), masked);
    Operand mixed = p.add("mix", new Op.MatMul(false, false), softmax, heads[2]);
    Operand joined = p.add("join", Op.Permute.of(0, 2, 1, 3), mixed);
    Operand y = p.add("flat", new Op.Reshape(Shape.of(2, LENGTH, 12)), joined);
    p.output("y", y);
    p.loss(
        p.add(
            "loss",
            Op.Reduce.of(ReduceKind.MEAN, false, 0, 1, 2),
            p.add("square", new Op.Unary(UnaryKind.SQUARE), y)));
    return p.build();
  }

  private static INDArray normal(long seed, long... shape) {
    return Nd4j.getRandomFactory()
        .getNewRandomInstance(seed)
        .nextGaussian(shape)
        .castTo(DataType.FLOAT);
  }

  private record Results(List<INDArray> arrays, long bytes) {}

  private static Results run(Program forward, Kernels kernels) {
    Program program = Fusion.of(Differentiation.of(forward));
    try (Executable executable = Executable.of(program, kernels)) {
      executable.run(Map.of(), OptionalLong.empty());
      executable.run(Map.of(), OptionalLong.empty());
      List<INDArray> arrays = new ArrayList<>(List.of(executable.output("y").dup()));
      for (int i = 0; i < 3; i++) {
        arrays.add(executable.gradient("w" + i).dup());
      }
      return new Results(arrays, executable.memory().bytes());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void fusedAttentionGivesTheSameInLessMemory(boolean fast) {
    Kernels kernels = fast ? new OneDnnKernels() : new Nd4jKernels();
    Program plain = attention();
    Program fused = new AttentionFusion(LENGTH).apply(plain);
    assertThat(fused.instructions().stream().map(i -> i.op().name()))
        .contains("Attention")
        .doesNotContain("Softmax");
    Results expected = run(plain, kernels);
    Results actual = run(fused, kernels);
    for (int i = 0; i < expected.arrays.size(); i++) {
      INDArray array = expected.arrays.get(i);
      double scale = array.amaxNumber().doubleValue();
      assertThat(actual.arrays.get(i).sumNumber().doubleValue())
          .isNotNaN(); // a maximum passes over NaN
      assertThat(array.sub(actual.arrays.get(i)).amaxNumber().doubleValue() / scale)
          .as("array %s", i)
          .isLessThan(1e-5);
    }
    if (fast) {
      assertThat((double) actual.bytes).isLessThan(0.7 * expected.bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {LENGTH + 1, 512})
  void shortAttentionStaysAsItIs(long minLength) {
    Program plain = attention();
    assertThat(new AttentionFusion(minLength).apply(plain).instructions())
        .hasSameSizeAs(plain.instructions());
  }
}
