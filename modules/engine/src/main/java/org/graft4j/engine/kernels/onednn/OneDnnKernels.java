/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import com.google.common.primitives.ImmutableLongArray;
import java.util.List;
import org.graft4j.engine.kernels.BlockedAttention;
import org.graft4j.engine.kernels.BlockedCrossEntropy;
import org.graft4j.engine.kernels.Kernels;
import org.graft4j.engine.kernels.Layout;
import org.graft4j.engine.kernels.UnboundKernel;
import org.graft4j.engine.kernels.nd4j.Nd4jKernels;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.UnaryKind;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The kernel set made of oneDNN primitives; what oneDNN does not have, or not for an element type,
 * runs on {@link Nd4jKernels}.
 *
 * <p>Without AVX-512, oneDNN's softmax leaves NaN out of its row instead of making the row NaN.
 */
public final class OneDnnKernels implements Kernels {
  private static final long QUERIES = 128;

  private final Nd4jKernels others = new Nd4jKernels();
  private final SharedKernels shared = new SharedKernels();

  /**
   * Makes the set.
   *
   * @throws UnsatisfiedLinkError if the library cannot be loaded here
   */
  public OneDnnKernels() {
    OneDnn.engine();
  }

  @Override
  public String name() {
    return "onednn";
  }

  @Override
  public boolean readsStrided(Instruction instruction, int input, ImmutableLongArray strides) {
    boolean matrices =
        computes(instruction)
            && input < matrices(instruction)
            && instruction.input(input).shape().rank() == instruction.output().shape().rank();
    return matrices && MatMuls.takesStrides(strides);
  }

  @Override
  public boolean writesStrided(Instruction instruction, int output, ImmutableLongArray strides) {
    return computes(instruction)
        && matrices(instruction) > 0
        && strides.get(strides.length() - 1) == 1;
  }

  /**
   * How many of the first operands are stacks of matrices that may be strided. One matrix for many
   * is not among them: the many are made one, for which they must be contiguous.
   */
  private static int matrices(Instruction instruction) {
    Op op = instruction.op();
    if (op instanceof Op.MatMul || op instanceof Op.FusedMatMul) {
      return instruction.input(1).shape().rank() > 2 ? 2 : 0;
    }
    if (op instanceof Op.Attention) {
      return 3;
    }
    return op instanceof Op.AttentionGrad ? 4 : 0;
  }

  @Override
  public UnboundKernel prepare(Instruction instruction, Layout layout) {
    Op op = instruction.op();
    if (computes(instruction) && (op instanceof Op.Attention || op instanceof Op.AttentionGrad)) {
      return new BlockedAttention(this, instruction, layout, QUERIES);
    }
    if (op instanceof Op.CrossEntropy || op instanceof Op.CrossEntropyGrad) {
      return new BlockedCrossEntropy(this, instruction);
    }
    UnboundKernel own =
        computes(instruction)
            ? shared.get(instruction, layout, () -> own(instruction, layout))
            : null;
    return own == null ? others.prepare(instruction, layout) : own;
  }

  /** Whether all operands are floats, but for the weights of products, and none is empty. */
  private static boolean computes(Instruction instruction) {
    boolean product =
        instruction.op() instanceof Op.MatMul || instruction.op() instanceof Op.FusedMatMul;
    List<Operand> inputs = instruction.inputs();
    for (int i = 0; i < inputs.size(); i++) {
      DataType type = inputs.get(i).dataType();
      boolean rounded = product && i == 1 && type == DataType.BFLOAT16;
      if (type != DataType.FLOAT && !(rounded && OneDnn.takesRoundedWeights())) {
        return false;
      }
    }
    return inputs.stream().allMatch(OneDnnKernels::fits)
        && instruction.outputs().stream()
            .allMatch(output -> output.dataType() == DataType.FLOAT && fits(output));
  }

  private static boolean fits(Operand operand) {
    return operand.shape().length() > 0 && OneDnn.describes(operand.shape());
  }

  private static @Nullable UnboundKernel own(Instruction instruction, Layout layout) {
    Op op = instruction.op();
    if (op instanceof Op.MatMul || op instanceof Op.FusedMatMul) {
      return new MatMuls(instruction, layout).prepare();
    }
    if (op instanceof Op.Binary binary) {
      return Binaries.prepare(binary, instruction);
    }
    if (op instanceof Op.UnaryGrad unaryGrad) {
      Eltwise function = Eltwise.backward(unaryGrad.kind());
      boolean ofOutput = unaryGrad.kind().derivative() == UnaryKind.Derivative.OF_OUTPUT;
      return function == null ? null : function.prepareGrad(instruction, ofOutput);
    }
    if (op instanceof Op.LayerNorm layerNorm) {
      return Norms.forward(layerNorm, instruction);
    }
    if (op instanceof Op.LayerNormGrad grad) {
      return Norms.gradient(grad, instruction);
    }
    if (op instanceof Op.LayerNormParameterGrad grad) {
      return Norms.parameterGradient(grad, instruction);
    }
    if (op instanceof Op.RmsNorm rmsNorm) {
      return RmsNorms.forward(rmsNorm, instruction);
    }
    if (op instanceof Op.RmsNormGrad grad) {
      return RmsNorms.gradient(grad, instruction);
    }
    if (op instanceof Op.RmsNormParameterGrad grad) {
      return RmsNorms.parameterGradient(grad, instruction);
    }
    if (op instanceof Op.Softmax softmax) {
      return Softmaxes.forward(false, softmax.axis(), instruction);
    }
    if (op instanceof Op.LogSoftmax softmax) {
      return Softmaxes.forward(true, softmax.axis(), instruction);
    }
    if (op instanceof Op.SoftmaxGrad grad) {
      return Softmaxes.gradient(false, grad.axis(), instruction);
    }
    if (op instanceof Op.LogSoftmaxGrad grad) {
      return Softmaxes.gradient(true, grad.axis(), instruction);
    }
    if (op instanceof Op.Permute permute) {
      return Reorders.permute(permute, instruction);
    }
    Eltwise function = Eltwise.forward(op);
    return function == null ? null : function.prepare(instruction);
  }
}
