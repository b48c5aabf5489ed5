/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.graft4j.engine.plan.Executable;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.ProgramBuilder;
import org.graft4j.engine.program.TensorType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs one instruction on double data in float and in double, and compares with expected numbers in
 * c order.
 */
final class Forward {
  private Forward() {}

  /** Numbers of the given output, first output by default. */
  static void check(Kernels kernels, Op op, int output, double[] expected, INDArray... inputs) {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      double tolerance = type == DataType.DOUBLE ? 1e-9 : 2e-5;
      ProgramBuilder builder = new ProgramBuilder();
      List<Operand> operands = new ArrayList<>();
      Map<String, INDArray> given = new LinkedHashMap<>();
      for (int i = 0; i < inputs.length; i++) {
        INDArray array = inputs[i].dataType().isFPType() ? inputs[i].castTo(type) : inputs[i];
        operands.add(builder.input("x" + i, TensorType.of(array.dataType(), array.shape())));
        given.put("x" + i, array);
      }
      Op typed = op instanceof Op.OneHot oneHot ? withType(oneHot, type) : op;
      builder.output("y", builder.addAll("node", typed, operands).get(output));
      try (Executable executable = Executable.of(builder.build(), kernels)) {
        for (int round = 0; round < 2; round++) {
          executable.run(given, OptionalLong.empty());
          INDArray y = executable.output("y");
          assertThat(y.length()).as("length").isEqualTo(expected.length);
          double[] actual = y.castTo(DataType.DOUBLE).dup('c').data().asDouble();
          for (int i = 0; i < expected.length; i++) {
            boolean same = actual[i] == expected[i]; // of infinities there is no difference
            assertThat(same ? 0 : Math.abs(actual[i] - expected[i]))
                .as("%s [%s] in %s: %s, expected %s", typed.name(), i, type, actual[i], expected[i])
                .isLessThanOrEqualTo(tolerance * Math.max(1, Math.abs(expected[i])));
          }
        }
      }
    }
  }

  /** The first output of one instruction. */
  static INDArray run(Kernels kernels, Op op, INDArray... inputs) {
    ProgramBuilder builder = new ProgramBuilder();
    List<Operand> operands = new ArrayList<>();
    Map<String, INDArray> given = new LinkedHashMap<>();
    for (int i = 0; i < inputs.length; i++) {
      operands.add(builder.input("x" + i, TensorType.of(inputs[i].dataType(), inputs[i].shape())));
      given.put("x" + i, inputs[i]);
    }
    builder.output("y", builder.addAll("node", op, operands).get(0));
    try (Executable executable = Executable.of(builder.build(), kernels)) {
      executable.run(given, OptionalLong.empty());
      return executable.output("y").dup();
    }
  }

  private static Op withType(Op.OneHot op, DataType type) {
    return new Op.OneHot(op.depth(), op.on(), op.off(), type);
  }
}
