/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.program;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.graft4j.engine.program.Op.FusedMatMul.Step;
import org.nd4j.linalg.api.buffer.DataType;

/** Says what an op gives for operands, or why it cannot take them. */
final class TypeInference {
  private final String origin;
  private final Op op;
  private final List<Operand> inputs;

  private TypeInference(String origin, Op op, List<Operand> inputs) {
    this.origin = origin;
    this.op = op;
    this.inputs = inputs;
  }

  static List<TensorType> results(String origin, Op op, List<Operand> inputs) {
    TypeInference inference = new TypeInference(origin, op, inputs);
    try {
      List<TensorType> results = inference.several();
      if (results.isEmpty()) {
        results = List.of(inference.single());
      }
      return results;
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          inference.refusal("its operands have too few axes or are too few"), e);
    }
  }

  /** Ops with more than one result; empty for all others. */
  private List<TensorType> several() {
    if (op instanceof Op.LayerNorm) {
      arity(2, 3);
      parameters(1);
      TensorType statistic = new TensorType(type(0), shape(0).with(-1, 1));
      return List.of(type(0, shape(0)), statistic, statistic);
    }
    if (op instanceof Op.RmsNorm) {
      arity(2, 2);
      parameters(1);
      return List.of(type(0, shape(0)), type(0, shape(0).with(-1, 1)));
    }
    if (op instanceof Op.LayerNormParameterGrad) {
      arity(4, 4);
      TensorType parameter = type(0, Shape.of(shape(0).size(-1)));
      return List.of(parameter, parameter);
    }
    if (op instanceof Op.AttentionGrad) {
      arity(4, 5);
      attention(1);
      return List.of(type(0, shape(1)), type(0, shape(2)), type(0, shape(3)));
    }
    if (op instanceof Op.Dropout dropout) {
      arity(1, 1);
      double rate = dropout.rate();
      check(rate >= 0 && rate < 1, "the rate must be in [0, 1): " + rate);
      return List.of(type(0, shape(0)), type(0, shape(0)));
    }
    if (op instanceof Op.SameDiffOp sameDiffOp) {
      return sameDiffOp.results();
    }
    return List.of();
  }

  private TensorType single() {
    if (op instanceof Op.MatMul matMul) {
      arity(2, 3);
      return matMul(matMul, inputs.size() == 3);
    }
    if (op instanceof Op.FusedMatMul fused) {
      return fused(fused);
    }
    if (op instanceof Op.Attention) {
      arity(3, 4);
      return type(0, attention(0));
    }
    if (op instanceof Op.Append) {
      arity(3, 3);
      sameType(0, 1);
      check(
          shape(1).with(-2, shape(0).size(-2)).equals(shape(0))
              && shape(2).equals(Shape.of(shape(1).size(-2)))
              && type(2) == DataType.INT64,
          "cache, new rows and slots do not fit");
      return type(0, shape(0));
    }
    if (op instanceof Op.Binary) {
      arity(2, 2);
      sameType(0, 1);
      return type(0, broadcast(0, 1));
    }
    if (op instanceof Op.Compare) {
      arity(2, 2);
      sameType(0, 1);
      return new TensorType(DataType.BOOL, broadcast(0, 1));
    }
    if (op instanceof Op.Logic logic) {
      boolean not = logic.kind() == LogicKind.NOT;
      arity(not ? 1 : 2, not ? 1 : 2);
      check(
          type(0) == DataType.BOOL && type(inputs.size() - 1) == DataType.BOOL,
          "its operands must be booleans");
      return type(0, not ? shape(0) : broadcast(0, 1));
    }
    if (op instanceof Op.Unary
        || op instanceof Op.PowScalar
        || op instanceof Op.LeakyRelu
        || op instanceof Op.Elu
        || op instanceof Op.Clip) {
      arity(1, 1);
      return type(0, shape(0));
    }
    if (op instanceof Op.UnaryGrad) {
      arity(2, 2);
      check(shape(0).equals(shape(1)), "its operands must have one shape");
      return type(0, shape(0));
    }
    if (op instanceof Op.LayerNormGrad) {
      arity(5, 5);
      return type(0, shape(0));
    }
    if (op instanceof Op.RmsNormGrad) {
      arity(4, 4);
      return type(0, shape(0));
    }
    if (op instanceof Op.RmsNormParameterGrad) {
      arity(3, 3);
      return type(0, Shape.of(shape(0).size(-1)));
    }
    if (op instanceof Op.Softmax || op instanceof Op.LogSoftmax) {
      arity(1, 1);
      return type(0, shape(0));
    }
    if (op instanceof Op.SoftmaxGrad || op instanceof Op.LogSoftmaxGrad) {
      arity(2, 2);
      return type(0, shape(0));
    }
    if (op instanceof Op.CrossEntropy) {
      arity(2, 2);
      return type(0, losses(0));
    }
    if (op instanceof Op.CrossEntropyGrad) {
      arity(4, 4);
      check(
          shape(0).equals(losses(2)) && shape(1).equals(shape(0)),
          "losses and their gradients must have a number for each row");
      return type(2, shape(2));
    }
    return movement();
  }

  private TensorType movement() {
    if (op instanceof Op.Gather gather) {
      arity(2, 2);
      int axis = axis(gather.axis(), shape(0).rank());
      check(type(1).isIntType(), "the ids must be integers");
      List<Long> sizes = new ArrayList<>();
      append(sizes, shape(0), 0, axis);
      append(sizes, shape(1), 0, shape(1).rank());
      append(sizes, shape(0), axis + 1, shape(0).rank());
      return type(0, toShape(sizes));
    }
    if (op instanceof Op.ScatterAdd scatter) {
      arity(2, 2);

      List<Long> sizes = new ArrayList<>();
      append(sizes, shape(1), 0, scatter.axis());
      sizes.add(scatter.size());
      append(sizes, shape(1), scatter.axis() + shape(0).rank(), shape(1).rank());
      return type(1, toShape(sizes));
    }
    if (op instanceof Op.Concat concat) {
      return concat(concat.axis());
    }
    if (op instanceof Op.Slice slice) {
      arity(1, 1);
      return type(0, slice(slice, shape(0)));
    }
    if (op instanceof Op.SliceGrad grad) {
      arity(1, 1);

      check(slice(grad.slice(), grad.shape()).equals(shape(0)), "the part has another shape");
      return type(0, grad.shape());
    }
    if (op instanceof Op.Reshape reshape) {
      arity(1, 1);
      Shape to = reshape.shape();
      check(to.length() == shape(0).length(), "the new shape has another number of elements");
      return type(0, to);
    }
    if (op instanceof Op.Permute permute) {
      arity(1, 1);
      return type(0, permute(permute));
    }
    if (op instanceof Op.Broadcast broadcast) {
      arity(1, 1);
      Shape to = broadcast.shape();
      check(shape(0).broadcast(to).equals(to), "the operand cannot be broadcast to the shape");
      return type(0, to);
    }
    if (op instanceof Op.Reduce reduce) {
      arity(1, 1);
      return type(0, reduce(reduce));
    }
    if (op instanceof Op.Select) {
      arity(3, 3);
      check(type(0) == DataType.BOOL, "the condition must be boolean");
      sameType(1, 2);
      return type(1, shape(0).broadcast(broadcast(1, 2)));
    }
    if (op instanceof Op.Cast cast) {
      arity(1, 1);
      return new TensorType(cast.dataType(), shape(0));
    }
    if (op instanceof Op.OneHot oneHot) {
      arity(1, 1);

      List<Long> sizes = new ArrayList<>();
      append(sizes, shape(0), 0, shape(0).rank());
      sizes.add(oneHot.depth());
      return new TensorType(oneHot.dataType(), toShape(sizes));
    }
    if (op instanceof Op.Fill fill) {
      arity(0, 0);
      return fill.type();
    }
    throw new IllegalStateException("no types known for " + op.name());
  }

  private TensorType fused(Op.FusedMatMul fused) {
    int first = fused.bias() ? 3 : 2;
    int operands = (int) fused.steps().stream().filter(Step::takesOperand).count();
    arity(first + operands, first + operands);
    TensorType result = matMul(fused.product(), fused.bias());
    for (int i = first; i < inputs.size(); i++) {
      sameType(0, i);
      check(
          result.shape().broadcast(shape(i)).equals(result.shape()),
          "the operand of a step cannot be broadcast to the result");
    }
    return result;
  }

  private TensorType matMul(Op.MatMul matMul, boolean bias) {
    if (type(0) != DataType.FLOAT || type(1) != DataType.BFLOAT16) {
      sameType(0, 1);
    }
    Shape a = shape(0);
    Shape b = shape(1);
    check(a.rank() >= 2 && b.rank() >= 2, "its operands must have at least two axes");
    long m = a.size(matMul.transposeA() ? -1 : -2);
    long k = a.size(matMul.transposeA() ? -2 : -1);
    long n = b.size(matMul.transposeB() ? -2 : -1);
    check(k == b.size(matMul.transposeB() ? -1 : -2), "the inner sizes differ");
    if (b.rank() > 2) {
      check(
          a.rank() == b.rank(),
          "the operands must have the same number of axes, or the second one two");
      for (int i = 0; i < a.rank() - 2; i++) {
        check(a.size(i) == b.size(i), "the leading sizes differ");
      }
    }
    if (bias) {
      check(shape(2).equals(Shape.of(n)), "the bias must have the last size of the result");
    }
    return type(0, a.with(-2, m).with(-1, n));
  }

  /** The shape of the result, from queries, keys, values and mask at a position and behind it. */
  private Shape attention(int at) {
    Shape q = shape(at);
    Shape k = shape(at + 1);
    Shape v = shape(at + 2);
    check(
        k.with(-2, q.size(-2)).equals(q) && v.with(-1, k.size(-1)).equals(k),
        "queries, keys and values do not fit");
    Shape scores = q.with(-1, k.size(-2));
    if (inputs.size() > at + 3) {
      check(
          shape(at + 3).rank() == q.rank() && scores.broadcast(shape(at + 3)).equals(scores),
          "the mask cannot be broadcast to the scores");
    }
    return q.with(-1, v.size(-1));
  }

  /** One loss for each row, from logits and labels at a position and behind it. */
  private Shape losses(int at) {
    Shape logits = shape(at);
    check(logits.size(-1) > 0, "it needs a class");
    Shape rows = Shape.of(Arrays.copyOf(logits.toArray(), logits.rank() - 1));
    boolean ids = type(at + 1).isIntType() && shape(at + 1).equals(rows);
    check(
        ids || inputs.get(at + 1).type().equals(inputs.get(at).type()),
        "the labels must be integers for each row, or of the type and shape of the logits");
    return rows;
  }

  private TensorType concat(int axis) {
    check(!inputs.isEmpty(), "it needs an operand");
    axis(axis, shape(0).rank());
    long size = 0;
    for (int i = 0; i < inputs.size(); i++) {
      sameType(0, i);
      check(
          shape(i).rank() == shape(0).rank()
              && shape(i).with(axis, 0).equals(shape(0).with(axis, 0)),
          "the sizes beside the axis differ");
      size += shape(i).size(axis);
    }
    return type(0, shape(0).with(axis, size));
  }

  private Shape slice(Op.Slice slice, Shape of) {
    check(
        slice.begin().length() == of.rank()
            && slice.end().length() == of.rank()
            && slice.step().length() == of.rank(),
        "it must name all axes");
    long[] sizes = new long[of.rank()];
    for (int i = 0; i < sizes.length; i++) {
      long begin = slice.begin().get(i);
      long end = slice.end().get(i);
      long step = slice.step().get(i);
      check(
          begin >= 0 && begin <= end && end <= of.size(i) && step > 0,
          "axis " + i + " is out of bounds");
      sizes[i] = (end - begin + step - 1) / step;
    }
    return Shape.of(sizes);
  }

  private Shape permute(Op.Permute permute) {
    int[] axes = permute.axes().toArray();
    check(axes.length == shape(0).rank(), "it must name all axes");
    Set<Integer> seen = new TreeSet<>();
    long[] sizes = new long[axes.length];
    for (int i = 0; i < axes.length; i++) {
      check(seen.add(axis(axes[i], axes.length)), "it names an axis twice");
      sizes[i] = shape(0).size(axes[i]);
    }
    return Shape.of(sizes);
  }

  private Shape reduce(Op.Reduce reduce) {
    List<Long> sizes = new ArrayList<>();
    reduce.axes().forEach(axis -> axis(axis, shape(0).rank()));
    for (int i = 0; i < shape(0).rank(); i++) {
      if (!reduce.axes().contains(i)) {
        sizes.add(shape(0).size(i));
      } else if (reduce.keepAxes()) {
        sizes.add(1L);
      }
    }
    return toShape(sizes);
  }

  private void parameters(int first) {
    for (int i = first; i < inputs.size(); i++) {
      sameType(0, i);
      check(
          shape(i).equals(Shape.of(shape(0).size(-1))), "scale and shift must have the last size");
    }
  }

  private DataType type(int i) {
    return inputs.get(i).dataType();
  }

  private TensorType type(int i, Shape shape) {
    return new TensorType(type(i), shape);
  }

  private Shape shape(int i) {
    return inputs.get(i).shape();
  }

  private Shape broadcast(int i, int j) {
    try {
      return shape(i).broadcast(shape(j));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          refusal("its operands cannot be broadcast to each other"), e);
    }
  }

  private void arity(int least, int most) {
    check(
        inputs.size() >= least && inputs.size() <= most,
        "it takes " + (least == most ? "" : least + " to ") + most + " operands");
  }

  private void sameType(int i, int j) {
    check(type(i) == type(j), "the element types of its operands differ");
  }

  private int axis(int axis, int rank) {
    check(axis >= 0 && axis < rank, "axis " + axis + " does not exist");
    return axis;
  }

  private void check(boolean condition, String problem) {
    if (!condition) {
      throw new IllegalArgumentException(refusal(problem));
    }
  }

  private String refusal(String problem) {
    return op.name()
        + " (node '"
        + origin
        + "'): "
        + problem
        + ": "
        + inputs.stream().map(Operand::type).toList();
  }

  private static void append(List<Long> sizes, Shape shape, int from, int to) {
    for (int i = from; i < to; i++) {
      sizes.add(shape.size(i));
    }
  }

  private static Shape toShape(List<Long> sizes) {
    long[] array = new long[sizes.size()];
    Arrays.setAll(array, sizes::get);
    return Shape.of(array);
  }
}
