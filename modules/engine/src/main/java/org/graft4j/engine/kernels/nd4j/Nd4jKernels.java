/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.nd4j;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.graft4j.engine.kernels.AppendKernel;
import org.graft4j.engine.kernels.Binding;
import org.graft4j.engine.kernels.BlockedAttention;
import org.graft4j.engine.kernels.BlockedCrossEntropy;
import org.graft4j.engine.kernels.Kernel;
import org.graft4j.engine.kernels.Kernels;
import org.graft4j.engine.kernels.Layout;
import org.graft4j.engine.kernels.UnboundKernel;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.OpExecution;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.TensorType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.LeakyReLU;

/** The kernel set made of ND4J ops: runs wherever ND4J runs. */
public final class Nd4jKernels implements Kernels {
  /** Makes the set. */
  public Nd4jKernels() {}

  @Override
  public String name() {
    return "nd4j";
  }

  @Override
  public UnboundKernel prepare(Instruction instruction, Layout layout) {
    Op op = instruction.op();
    if (op instanceof Op.Attention || op instanceof Op.AttentionGrad) {
      return new BlockedAttention(this, instruction, layout, Long.MAX_VALUE);
    }
    if (op instanceof Op.CrossEntropy || op instanceof Op.CrossEntropyGrad) {
      return new BlockedCrossEntropy(this, instruction);
    }
    return new Prepared(instruction);
  }

  private record Prepared(Instruction instruction) implements UnboundKernel {
    @Override
    public List<TensorType> workspaces() {
      return Nd4jKernels.workspaces(instruction);
    }

    @Override
    public boolean inPlace(int input) {
      return Nd4jKernels.inPlace(instruction, input);
    }

    @Override
    public Kernel bind(Binding binding) {
      return Nd4jKernels.bind(instruction, binding);
    }
  }

  private static List<TensorType> workspaces(Instruction instruction) {
    Op op = instruction.op();
    if (op instanceof Op.Unary unary) {
      return like(instruction, UnaryKernels.workspaces(unary.kind()));
    }
    if (op instanceof Op.UnaryGrad unaryGrad) {
      return like(instruction, UnaryKernels.gradWorkspaces(unaryGrad.kind()));
    }
    if (op instanceof Op.LayerNorm
        || op instanceof Op.RmsNorm
        || op instanceof Op.LayerNormParameterGrad
        || op instanceof Op.RmsNormParameterGrad) {
      TensorType type = instruction.input(0).type();
      return List.of(type, reduced(type, type.shape().rank() - 1));
    }
    if (op instanceof Op.LayerNormGrad || op instanceof Op.RmsNormGrad) {
      TensorType type = instruction.output().type();
      TensorType statistic = reduced(type, type.shape().rank() - 1);
      return List.of(type, type, statistic, statistic);
    }
    if (op instanceof Op.MatMul || op instanceof Op.FusedMatMul) {
      return MatMulKernels.workspaces(instruction);
    }
    if (op instanceof Op.Softmax softmax) {
      return List.of(reduced(instruction.output().type(), softmax.axis()));
    }
    if (op instanceof Op.SoftmaxGrad softmaxGrad) {
      TensorType type = instruction.output().type();
      return List.of(type, reduced(type, softmaxGrad.axis()));
    }
    if (op instanceof Op.LogSoftmax logSoftmax) {
      TensorType type = instruction.output().type();
      return List.of(type, reduced(type, logSoftmax.axis()));
    }
    if (op instanceof Op.LogSoftmaxGrad logSoftmaxGrad) {
      TensorType type = instruction.output().type();
      return List.of(type, reduced(type, logSoftmaxGrad.axis()));
    }
    if (op instanceof Op.Gather) {
      return List.of(new TensorType(instruction.input(1).dataType(), Shape.scalar()));
    }
    if (op instanceof Op.ScatterAdd) {
      return List.of(new TensorType(instruction.input(0).dataType(), Shape.scalar()));
    }
    if (op instanceof Op.Select) {
      Shape shape = instruction.output().shape();
      return instruction.inputs().stream()
          .map(
              i ->
                  i.shape().equals(shape)
                      ? new TensorType(i.dataType(), Shape.scalar())
                      : new TensorType(i.dataType(), shape))
          .toList();
    }
    return List.of();
  }

  private static boolean inPlace(Instruction instruction, int input) {
    Op op = instruction.op();
    if (op instanceof Op.LayerNormGrad || op instanceof Op.RmsNormGrad) {
      return input < 2;
    }
    if (op instanceof Op.LayerNorm || op instanceof Op.RmsNorm) {
      return input == 0;
    }
    return op instanceof Op.Binary
        || op instanceof Op.Unary
        || op instanceof Op.UnaryGrad
        || op instanceof Op.PowScalar
        || op instanceof Op.LeakyRelu
        || op instanceof Op.Elu
        || op instanceof Op.Clip
        || op instanceof Op.SoftmaxGrad
        || op instanceof Op.LogSoftmax
        || op instanceof Op.LogSoftmaxGrad
        || op instanceof Op.Dropout;
  }

  private static Kernel bind(Instruction instruction, Binding arrays) {
    Steps steps = new Steps();
    if (!compute(instruction, arrays, steps) && !normalise(instruction, arrays, steps)) {
      move(instruction, arrays, steps);
    }
    return steps.toKernel();
  }

  private static boolean compute(Instruction instruction, Binding arrays, Steps steps) {
    Op op = instruction.op();
    INDArray out = arrays.output();
    if (op instanceof Op.Append) {
      steps.then(new AppendKernel(arrays, instruction.origin()));
    } else if (op instanceof Op.MatMul matMul) {
      MatMulKernels.bind(matMul, arrays.inputs().size() == 3, arrays, steps);
    } else if (op instanceof Op.FusedMatMul fused) {
      MatMulKernels.bind(fused, arrays, steps);
    } else if (op instanceof Op.Binary binary) {
      steps.call(binary(binary), out, arrays.input(0), arrays.input(1));
    } else if (op instanceof Op.Compare compare) {
      steps.call(compare(compare), out, arrays.input(0), arrays.input(1));
    } else if (op instanceof Op.Logic logic) {
      String name = "boolean_" + logic.kind().name().toLowerCase(Locale.ROOT);
      steps.call(name, out, arrays.inputs().toArray(new INDArray[0]));
    } else if (op instanceof Op.Unary unary) {
      UnaryKernels.bind(unary.kind(), arrays.input(0), out, arrays.workspaces(), steps);
    } else if (op instanceof Op.UnaryGrad unaryGrad) {
      UnaryKernels.bindGrad(
          unaryGrad.kind(), arrays.input(0), arrays.input(1), out, arrays.workspaces(), steps);
    } else if (op instanceof Op.PowScalar powScalar) {
      steps.scalar("Pow", out, arrays.input(0), powScalar.exponent());
    } else if (op instanceof Op.LeakyRelu leakyRelu) {
      steps.legacy(new LeakyReLU(arrays.input(0), out, leakyRelu.slope()));
    } else if (op instanceof Op.Elu elu) {
      steps.call(
          "elu",
          out,
          List.of(arrays.input(0)),
          new long[0],
          new double[] {elu.alpha()},
          new boolean[0]);
    } else if (op instanceof Op.Clip clip) {
      steps.scalar("maximum", out, arrays.input(0), clip.min());
      steps.scalar("minimum", out, out, clip.max());
    } else {
      return false;
    }
    return true;
  }

  private static boolean normalise(Instruction instruction, Binding arrays, Steps steps) {
    Op op = instruction.op();
    if (op instanceof Op.LayerNorm layerNorm) {
      NormKernels.layerNorm(layerNorm.epsilon(), arrays, steps);
    } else if (op instanceof Op.LayerNormGrad layerNormGrad) {
      NormKernels.layerNormGrad(layerNormGrad.epsilon(), arrays, steps);
    } else if (op instanceof Op.LayerNormParameterGrad parameterGrad) {
      NormKernels.layerNormParameterGrad(parameterGrad.epsilon(), arrays, steps);
    } else if (op instanceof Op.RmsNorm rmsNorm) {
      NormKernels.rmsNorm(rmsNorm.epsilon(), arrays, steps);
    } else if (op instanceof Op.RmsNormGrad rmsNormGrad) {
      NormKernels.rmsNormGrad(rmsNormGrad.epsilon(), arrays, steps);
    } else if (op instanceof Op.RmsNormParameterGrad parameterGrad) {
      NormKernels.rmsNormParameterGrad(parameterGrad.epsilon(), arrays, steps);
    } else if (op instanceof Op.Softmax softmax) {
      SoftmaxKernels.softmax(softmax.axis(), arrays, steps);
    } else if (op instanceof Op.SoftmaxGrad softmaxGrad) {
      SoftmaxKernels.softmaxGrad(softmaxGrad.axis(), arrays, steps);
    } else if (op instanceof Op.LogSoftmax logSoftmax) {
      SoftmaxKernels.logSoftmax(logSoftmax.axis(), arrays, steps);
    } else if (op instanceof Op.LogSoftmaxGrad logSoftmaxGrad) {
      SoftmaxKernels.logSoftmaxGrad(logSoftmaxGrad.axis(), arrays, steps);
    } else if (op instanceof Op.Dropout dropout) {
      DropoutKernel.bind(dropout, arrays, steps);
    } else {
      return false;
    }
    return true;
  }

  private static void move(Instruction instruction, Binding arrays, Steps steps) {
    Op op = instruction.op();
    INDArray out = arrays.output();
    String where = instruction.origin();
    if (op instanceof Op.Gather gather) {
      MovementKernels.gather(gather.axis(), arrays, where, steps);
    } else if (op instanceof Op.ScatterAdd scatterAdd) {
      MovementKernels.scatterAdd(scatterAdd.axis(), arrays, where, steps);
    } else if (op instanceof Op.Concat concat) {
      MovementKernels.concat(concat.axis(), arrays, steps);
    } else if (op instanceof Op.Slice slice) {
      MovementKernels.slice(slice, arrays, steps);
    } else if (op instanceof Op.SliceGrad sliceGrad) {
      MovementKernels.sliceGrad(sliceGrad, arrays, steps);
    } else if (op instanceof Op.Permute permute) {
      MovementKernels.permute(permute, arrays, steps);
    } else if (op instanceof Op.Broadcast) {
      MovementKernels.broadcast(arrays.input(0), out, steps);
    } else if (op instanceof Op.Reduce reduce) {
      reduce(reduce, arrays, steps);
    } else if (op instanceof Op.Select) {
      MovementKernels.select(arrays, steps);
    } else if (op instanceof Op.Cast) {
      steps.copy(out, arrays.input(0));
    } else if (op instanceof Op.OneHot oneHot) {

      MovementKernels.oneHot(arrays.input(0), out, oneHot.on(), oneHot.off(), steps);
    } else if (op instanceof Op.Fill fill) {
      steps.fill(out, fill.value());
    } else if (op instanceof Op.SameDiffOp sameDiffOp) {
      opaque(sameDiffOp, arrays, steps);
    } else {
      throw new IllegalStateException("no nd4j kernel for " + op.name());
    }
  }

  private static void reduce(Op.Reduce reduce, Binding arrays, Steps steps) {
    INDArray x = arrays.input(0);
    if (reduce.axes().isEmpty()) {
      steps.copy(arrays.output(), x);
    } else if (x.isEmpty()) {
      steps.fill(arrays.output(), 0);
    } else {
      steps.reduce(
          "reduce_" + reduce.kind().name().toLowerCase(Locale.ROOT),
          arrays.output(),
          x,
          reduce.axes().toArray());
    }
  }

  private static void opaque(Op.SameDiffOp op, Binding arrays, Steps steps) {
    INDArray[] inputs = arrays.inputs().toArray(new INDArray[0]);
    steps.then(
        run -> {
          INDArray[] results = OpExecution.run(op.function(), inputs);
          for (int i = 0; i < results.length; i++) {
            if (!results[i].isEmpty()) {
              arrays.outputs().get(i).assign(results[i]);
            }
          }
        });
  }

  private static String binary(Op.Binary op) {
    return switch (op.kind()) {
      case ADD -> "add";
      case SUB -> "subtract";
      case MUL -> "multiply";
      case DIV -> "divide";
      case MAX -> "maximum";
      case MIN -> "minimum";
      case POW -> "Pow";
    };
  }

  private static String compare(Op.Compare op) {
    return switch (op.kind()) {
      case EQ -> "equals";
      case NE -> "not_equals";
      case LT -> "less";
      case LE -> "less_equal";
      case GT -> "greater";
      case GE -> "greater_equal";
    };
  }

  private static List<TensorType> like(Instruction instruction, int count) {
    return Collections.nCopies(count, instruction.output().type());
  }

  private static TensorType reduced(TensorType type, int axis) {
    return new TensorType(type.dataType(), type.shape().with(axis, 1));
  }
}
