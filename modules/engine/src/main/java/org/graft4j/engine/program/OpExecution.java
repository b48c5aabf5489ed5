/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.program;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseReduceOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.ReduceOp;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs one op of a graph on given arrays, as a session of the graph would.
 *
 * <p>Thread-safe: ops of a graph keep state while they run, so each is run by one thread at a time.
 */
public final class OpExecution {
  private OpExecution() {}

  /**
   * Runs an op.
   *
   * @param op an op that belongs to a graph
   * @param inputs the arrays it reads, in the order of its arguments
   * @return new arrays, one for each output
   */
  public static INDArray[] run(DifferentialFunction op, INDArray... inputs) {
    synchronized (op) {
      OpContext context = Nd4j.getExecutioner().buildContext();
      try {
        List<LongShapeDescriptor> shapes = prepare(op, context, inputs);
        INDArray[] outputs = new INDArray[shapes.size()];
        for (int i = 0; i < outputs.length; i++) {
          outputs[i] = allocate(shapes.get(i));
          context.setOutputArray(i, outputs[i]);
        }
        if (op instanceof CustomOp custom) {
          Nd4j.exec(custom, context);
        } else {
          Nd4j.exec((Op) op, context);
        }
        return outputs;
      } finally {
        close(context);
      }
    }
  }

  /**
   * Says what an op would compute.
   *
   * @param op an op that belongs to a graph
   * @param inputs arrays of the right types and shapes; only those that say what the result's shape
   *     is need contents
   * @return the type of each output
   */
  public static List<TensorType> results(DifferentialFunction op, INDArray... inputs) {
    synchronized (op) {
      OpContext context = Nd4j.getExecutioner().buildContext();
      try {
        List<TensorType> types = new ArrayList<>();
        for (LongShapeDescriptor shape : prepare(op, context, inputs)) {
          types.add(TensorType.of(shape.dataType(), shape.getShape()));
        }
        return types;
      } finally {
        close(context);
      }
    }
  }

  private static void close(OpContext context) {
    try {
      context.close();
    } catch (Exception e) {
      throw new IllegalStateException("a context of ND4J cannot be closed", e);
    }
  }

  private static List<LongShapeDescriptor> prepare(
      DifferentialFunction op, OpContext context, INDArray[] inputs) {
    if (op instanceof DynamicCustomOp custom) {
      context.setArgs(inputs, custom.iArgs(), custom.dArgs(), custom.tArgs(), custom.bArgs());
      return declared(op, custom.calculateOutputShape(context));
    }
    if (!(op instanceof Op)) {
      throw new IllegalArgumentException(
          "op '" + op.opName() + "' cannot be run outside of its graph");
    }
    boolean axesGiven =
        op instanceof ReduceOp reduce
            && reduce.getOpType() != Op.Type.REDUCE3
            && inputs.length == 2;
    if (axesGiven) {
      boolean empty = inputs[1].isEmpty();
      if (!empty) {
        op.setDimensions(Shape.normalizeAxis(inputs[0].rank(), inputs[1].toIntVector()));
      }
      ((BaseReduceOp) op).setEmptyReduce(empty);
      if (empty) {
        return List.of(LongShapeDescriptor.fromShape(inputs[0].shape(), inputs[0].dataType()));
      }
    } else if (op instanceof ScalarOp scalar && inputs.length == 2) {
      scalar.setScalar(inputs[1]);
    }
    if (inputs.length > 0) {
      context.setInputArray(0, inputs[0]);
    }
    if (inputs.length == 2 && !axesGiven) {
      context.setInputArray(1, inputs[1]);
    }
    return op.calculateOutputShape(context);
  }

  /** Some ops may have one of several result types; what the graph declares decides. */
  private static List<LongShapeDescriptor> declared(
      DifferentialFunction op, List<LongShapeDescriptor> shapes) {
    SameDiff graph = op.getSameDiff();
    String[] names = op.outputVariablesNames();
    List<LongShapeDescriptor> result = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      LongShapeDescriptor shape = shapes.get(i);
      if (i < names.length && graph.hasVariable(names[i])) {
        DataType type = graph.getVariable(names[i]).dataType();
        if (type != shape.dataType()) {
          shape = shape.asDataType(type);
        }
      }
      result.add(shape);
    }
    return result;
  }

  private static INDArray allocate(LongShapeDescriptor shape) {
    return shape.isEmpty()
        ? Nd4j.create(shape)
        : Nd4j.createUninitializedDetached(shape.dataType(), shape.getShape());
  }
}
