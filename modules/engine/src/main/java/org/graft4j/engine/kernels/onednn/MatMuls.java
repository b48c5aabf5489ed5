/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import com.google.common.primitives.ImmutableLongArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;
import org.graft4j.engine.kernels.Layout;
import org.graft4j.engine.kernels.UnboundKernel;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Op.FusedMatMul.Step;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.TensorType;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A matrix product as oneDNN sees it: strided operands of one rank, a bias, and steps on the
 * result.
 *
 * <p>Stacks of matrices that meet one matrix become one tall matrix where they lie in one piece.
 */
final class MatMuls {
  private static final int PACKED_FROM = 64;

  private final Instruction instruction;
  private final Layout layout;
  private final Op.MatMul product;
  private final boolean bias;
  private final List<Step> steps;
  private final boolean flat;
  private final boolean rounds;

  MatMuls(Instruction instruction, Layout layout) {
    this.instruction = instruction;
    this.layout = layout;
    if (instruction.op() instanceof Op.FusedMatMul fused) {
      this.product = fused.product();
      this.bias = fused.bias();
      this.steps = fused.steps();
    } else {
      this.product = (Op.MatMul) instruction.op();
      this.bias = instruction.inputs().size() == 3;
      this.steps = List.of();
    }
    this.flat = isFlat();
    this.rounds =
        instruction.input(1).dataType() == DataType.BFLOAT16 && OneDnn.multipliesRounded();
  }

  /** Whether the matrices have a stride of 1 along rows or columns, which all fast kernels need. */
  static boolean takesStrides(ImmutableLongArray strides) {
    int rank = strides.length();
    return rank >= 2 && (strides.get(rank - 1) == 1 || strides.get(rank - 2) == 1);
  }

  private boolean isFlat() {
    Shape a = instruction.input(0).shape();
    boolean contiguous =
        layout.inputs().get(0).equals(Layout.contiguous(a))
            && layout.outputs().get(0).equals(Layout.contiguous(instruction.output().shape()));
    return instruction.input(1).shape().rank() == 2
        && (a.rank() == 2 || (!product.transposeA() && contiguous && stepsAreFlat()));
  }

  /** Operands of steps must be numbers, rows, or as large as the result. */
  private boolean stepsAreFlat() {
    Shape result = instruction.output().shape();
    for (int i = bias ? 3 : 2; i < instruction.inputs().size(); i++) {
      Shape shape = instruction.input(i).shape();
      if (shape.length() != 1 && shape.rank() != 1 && !shape.equals(result)) {
        return false;
      }
    }
    return true;
  }

  PreparedMatMul prepare() {
    List<UnboundKernel> variants = new ArrayList<>();
    int sum = summed();
    variants.add(variant(-1));
    if (sum >= 0) {
      variants.add(variant(sum));
    }
    return new PreparedMatMul(variants, sum);
  }

  /** The input that a sum may be made upon in place: the operand of the first addition. */
  private int summed() {
    int operand = bias ? 3 : 2;
    for (Step step : steps) {
      if (step instanceof Step.Add) {
        boolean whole =
            instruction.input(operand).shape().equals(instruction.output().shape())
                && layout.inputs().get(operand).equals(layout.outputs().get(0));
        return whole ? operand : -1;
      }
      operand += step.takesOperand() ? 1 : 0;
    }
    return -1;
  }

  private UnboundKernel variant(int sum) {
    return rounds ? new PreparedSequence(Set.of(), rounding(), product(sum)) : product(sum);
  }

  /** The first factor as the second one is: in 16 bits. */
  private PreparedPrimitive rounding() {
    Owned owned = new Owned();
    memory.desc from = owned.add(matrix(0, product.transposeA(), DataType.FLOAT));
    memory.desc to = owned.add(matrix(0, product.transposeA(), DataType.BFLOAT16));
    return Reorders.copy(
        "rounding",
        Argument.input(dnnl.DNNL_ARG_FROM, from, 0),
        Argument.workspace(dnnl.DNNL_ARG_TO, to, 0),
        rounded(),
        owned);
  }

  /** Scratch memory for the first factor in 16 bits. */
  private List<TensorType> rounded() {
    return rounds
        ? List.of(new TensorType(DataType.BFLOAT16, instruction.input(0).shape()))
        : List.of();
  }

  private PreparedPrimitive product(int sum) {
    Owned owned = new Owned();
    DataType type = instruction.input(rounds ? 1 : 0).dataType();
    memory.desc a = owned.add(matrix(0, product.transposeA(), type));
    memory.desc b = owned.add(matrix(1, product.transposeB(), instruction.input(1).dataType()));
    memory.desc y = owned.add(result());
    List<Argument> arguments = new ArrayList<>();
    arguments.add(
        rounds
            ? Argument.workspace(dnnl.DNNL_ARG_SRC, a, 0)
            : Argument.input(dnnl.DNNL_ARG_SRC, a, 0));
    arguments.add(Argument.input(dnnl.DNNL_ARG_WEIGHTS, b, 1));
    arguments.add(Argument.output(dnnl.DNNL_ARG_DST, y, 0));
    primitive_attr attributes = PreparedPrimitive.attributes(owned);
    attributes.set_post_ops(owned.add(postOps(sum, arguments, owned)));
    memory.desc row = null;
    if (bias) {
      row = owned.add(broadcast(2));
      arguments.add(Argument.input(dnnl.DNNL_ARG_BIAS, row, 2));
    }
    matmul.primitive_desc descriptor = descriptor(a, b, row, y, attributes);
    if (isLarge() && isSlowerThanItsSuccessor(descriptor)) {
      if (!descriptor.next_impl() || !descriptor.impl_info_str().getString().startsWith("gemm:")) {
        descriptor.deallocate();
        descriptor = descriptor(a, b, row, y, attributes);
      }
    }
    return new PreparedPrimitive(
        instruction.op().name(), descriptor, arguments, rounded(), Set.of(), owned);
  }

  /** One product of matrices that are not low-rank factors. */
  private boolean isLarge() {
    Shape b = instruction.input(1).shape();
    return flat && Math.min(b.size(0), b.size(1)) >= PACKED_FROM;
  }

  private static matmul.primitive_desc descriptor(
      memory.desc a,
      memory.desc b,
      memory.@Nullable desc row,
      memory.desc y,
      primitive_attr attributes) {
    return row == null
        ? new matmul.primitive_desc(OneDnn.engine(), a, b, y, attributes, false)
        : new matmul.primitive_desc(OneDnn.engine(), a, b, row, y, attributes, false);
  }

  /**
   * Without AVX-512 oneDNN prefers a kernel that reads weights as they lie; its general product,
   * the next in its list, packs them on the way and is up to 1.8 times as fast.
   */
  private static boolean isSlowerThanItsSuccessor(matmul.primitive_desc descriptor) {
    return descriptor.impl_info_str().getString().equals("brg_matmul:avx2");
  }

  private post_ops postOps(int sum, List<Argument> arguments, Owned owned) {
    post_ops result = new post_ops();
    int operand = bias ? 3 : 2;
    for (Step step : steps) {
      if (step instanceof Step.Scale scale) {
        new Eltwise(dnnl.dnnl_eltwise_linear, (float) scale.factor(), 0).appendTo(result);
      } else if (step instanceof Step.Apply apply) {
        Eltwise function = Eltwise.forward(apply.kind());
        if (function == null) {
          throw new IllegalStateException("no epilogue computes " + apply.kind());
        }
        function.appendTo(result);
      } else if (operand == sum) {
        result.append_sum();
        operand++;
      } else {
        memory.desc other = owned.add(broadcast(operand));
        int id =
            (dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * (result.len() + 1)) | dnnl.DNNL_ARG_SRC_1;
        arguments.add(Argument.input(id, other, operand));
        result.append_binary(
            step instanceof Step.Add ? dnnl.dnnl_binary_add : dnnl.dnnl_binary_mul, other);
        operand++;
      }
    }
    return result;
  }

  /** An operand of the product, as many axes as the result has, its last two swapped if wanted. */
  private memory.desc matrix(int input, boolean transposed, DataType type) {
    Shape shape = instruction.input(input).shape();
    ImmutableLongArray strides = layout.inputs().get(input);
    int rank = shape.rank();
    long rowStride = strides.get(rank - 2);
    long columnStride = strides.get(rank - 1);
    long rows = shape.size(-2);
    long columns = shape.size(-1);
    if (flat && rank > 2) {
      return OneDnn.numbers(
          type, new long[] {shape.length() / columns, columns}, new long[] {columns, 1});
    }
    int axes = flat ? 2 : instruction.output().shape().rank();
    long[] sizes = new long[axes];
    long[] steps = new long[axes];
    for (int axis = 0; axis < axes - 2; axis++) {
      sizes[axis] = rank == axes ? shape.size(axis) : 1;
      steps[axis] = rank == axes ? strides.get(axis) : rows * columns;
    }
    sizes[axes - 2] = transposed ? columns : rows;
    sizes[axes - 1] = transposed ? rows : columns;
    steps[axes - 2] = transposed ? columnStride : rowStride;
    steps[axes - 1] = transposed ? rowStride : columnStride;
    return OneDnn.numbers(type, sizes, steps);
  }

  private memory.desc result() {
    Shape shape = instruction.output().shape();
    return flat
        ? OneDnn.floats(Shape.of(shape.rows(), shape.size(-1)))
        : OneDnn.floats(shape, layout.outputs().get(0));
  }

  private memory.desc broadcast(int input) {
    Shape shape = instruction.output().shape();
    Shape operand = instruction.input(input).shape();
    if (flat) {
      return operand.equals(shape) ? result() : Binaries.broadcast(row(operand), Shape.of(1, 1));
    }
    return operand.rank() == shape.rank()
        ? OneDnn.floats(operand, layout.inputs().get(input))
        : Binaries.broadcast(row(operand), shape);
  }

  private static Shape row(Shape shape) {
    return Shape.of(shape.length());
  }
}
