/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Origin;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.ProgramBuilder;
import org.graft4j.engine.program.TensorType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A program of doubles as a program of floats, on copies of its arrays. */
final class SinglePrecision {
  private final ProgramBuilder builder = new ProgramBuilder();
  private final Map<Operand, Operand> mapped = new HashMap<>();

  private SinglePrecision() {}

  static Program of(Program program) {
    return new SinglePrecision().convert(program);
  }

  private Program convert(Program program) {
    for (Instruction instruction : program.instructions()) {
      List<Operand> inputs = instruction.inputs().stream().map(this::map).toList();
      List<Operand> outputs =
          builder.addAll(instruction.origin(), floats(instruction.op()), inputs);
      for (int i = 0; i < outputs.size(); i++) {
        mapped.put(instruction.outputs().get(i), outputs.get(i));
      }
    }
    program.outputs().forEach((name, operand) -> builder.output(name, map(operand)));
    Operand loss = program.loss();
    if (loss != null) {
      builder.loss(map(loss));
    }
    return builder.build();
  }

  private Operand map(Operand operand) {
    return mapped.computeIfAbsent(operand, this::leaf);
  }

  private Operand leaf(Operand operand) {
    Origin origin = operand.origin();
    if (origin instanceof Origin.Trainable trainable) {
      return builder.trainable(trainable.name(), floats(trainable.array()));
    }
    if (origin instanceof Origin.Constant constant) {
      INDArray array = floats(constant.array());
      return constant.live()
          ? builder.live(constant.name(), array)
          : builder.constant(constant.name(), array);
    }
    Origin.Input input = (Origin.Input) origin;
    return builder.input(input.name(), floats(operand.type()));
  }

  private static Op floats(Op op) {
    if (op instanceof Op.Cast cast && cast.dataType() == DataType.DOUBLE) {
      return new Op.Cast(DataType.FLOAT);
    }
    if (op instanceof Op.Fill fill) {
      return new Op.Fill(floats(fill.type()), fill.value());
    }
    if (op instanceof Op.OneHot oneHot && oneHot.dataType() == DataType.DOUBLE) {
      return new Op.OneHot(oneHot.depth(), oneHot.on(), oneHot.off(), DataType.FLOAT);
    }
    return op;
  }

  private static TensorType floats(TensorType type) {
    return type.dataType() == DataType.DOUBLE ? new TensorType(DataType.FLOAT, type.shape()) : type;
  }

  private static INDArray floats(INDArray array) {
    return array.dataType() == DataType.DOUBLE ? array.castTo(DataType.FLOAT) : array;
  }
}
