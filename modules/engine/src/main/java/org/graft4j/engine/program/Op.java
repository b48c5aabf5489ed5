/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.program;

import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.ImmutableLongArray;
import java.util.Arrays;
import java.util.List;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The kind of an instruction with its attributes: a closed set that lowering emits, differentiation
 * knows the derivative of, and every kernel set runs.
 *
 * <p>Attributes only: operands belong to the {@link Instruction}. Ops are equal when their
 * attributes are, so that equal instructions can be merged. Element types of inputs must agree
 * unless said otherwise. Axes are never negative.
 */
// Long because the set is closed and read as one table.
public sealed interface Op {
  /**
   * Returns the short name used in dumps and messages.
   *
   * @return the record's name, with the kind where there is one
   */
  default String name() {
    return getClass().getSimpleName();
  }

  /**
   * (a [..., m, k], b [..., k, n] or [k, n], bias [n]?) → [..., m, n]. A matrix {@code b} is used
   * for all leading axes of {@code a}; otherwise the leading axes are equal.
   *
   * <p>A {@code b} of BFLOAT16 may meet an {@code a} of floats, which a kernel may round likewise;
   * sums and the result are floats.
   *
   * @param transposeA whether a is [..., k, m]
   * @param transposeB whether b is [..., n, k]
   */
  record MatMul(boolean transposeA, boolean transposeB) implements Op {}

  /**
   * (a, b, bias?, one operand for each step that takes one) → the product and bias of {@link
   * MatMul}, to which steps are applied one after the other.
   *
   * @param product the product
   * @param bias whether the third operand is a bias
   * @param steps what is done to each element, at least one step
   */
  record FusedMatMul(MatMul product, boolean bias, List<Step> steps) implements Op {
    /**
     * Copies the list.
     *
     * @param product the product
     * @param bias whether the third operand is a bias
     * @param steps what is done to each element
     */
    public FusedMatMul {
      steps = List.copyOf(steps);
    }

    /** What is done to each element of a product. */
    public sealed interface Step {
      /**
       * Multiplies by a number.
       *
       * @param factor the number
       */
      record Scale(double factor) implements Step {}

      /** Adds an operand, broadcast to the result. */
      record Add() implements Step {}

      /** Multiplies by an operand, broadcast to the result. */
      record Multiply() implements Step {}

      /**
       * Applies a function.
       *
       * @param kind the function
       */
      record Apply(UnaryKind kind) implements Step {}

      /**
       * Tells whether the step takes an operand.
       *
       * @return true for {@link Add} and {@link Multiply}
       */
      default boolean takesOperand() {
        return this instanceof Add || this instanceof Multiply;
      }
    }
  }

  /**
   * (a, b) → NumPy broadcasting.
   *
   * @param kind the function
   */
  record Binary(BinaryKind kind) implements Op {
    @Override
    public String name() {
      return "Binary." + kind;
    }
  }

  /**
   * (a, b) → BOOL, NumPy broadcasting.
   *
   * @param kind the relation
   */
  record Compare(CompareKind kind) implements Op {
    @Override
    public String name() {
      return "Compare." + kind;
    }
  }

  /**
   * (a BOOL, b BOOL; NOT only a) → BOOL, NumPy broadcasting.
   *
   * @param kind the function
   */
  record Logic(LogicKind kind) implements Op {
    @Override
    public String name() {
      return "Logic." + kind;
    }
  }

  /**
   * (x) → same shape.
   *
   * @param kind the function
   */
  record Unary(UnaryKind kind) implements Op {
    @Override
    public String name() {
      return "Unary." + kind;
    }
  }

  /**
   * (x or y, dy) → dx; whether the function's input or output is read says {@link
   * UnaryKind#derivative()}.
   *
   * @param kind the function differentiated
   */
  record UnaryGrad(UnaryKind kind) implements Op {
    @Override
    public String name() {
      return "UnaryGrad." + kind;
    }
  }

  /**
   * (x) → x to a constant power.
   *
   * @param exponent the power
   */
  record PowScalar(double exponent) implements Op {}

  /**
   * (x) → x where positive, otherwise slope · x.
   *
   * @param slope the slope of the negative side
   */
  record LeakyRelu(double slope) implements Op {}

  /**
   * (x) → x where positive, otherwise alpha · (eˣ − 1).
   *
   * @param alpha the scale of the negative side
   */
  record Elu(double alpha) implements Op {}

  /**
   * (x) → the nearest value inside bounds.
   *
   * @param min the lower bound
   * @param max the upper bound
   */
  record Clip(double min, double max) implements Op {}

  /**
   * (x [..., n], gamma [n], beta [n]?) → y, mean [..., 1], variance [..., 1]: layer normalisation
   * over the last axis.
   *
   * @param epsilon what is added to the variance
   */
  record LayerNorm(double epsilon) implements Op {}

  /**
   * (dy, x, gamma, mean, variance) → dx of {@link LayerNorm}.
   *
   * @param epsilon that of the norm
   */
  record LayerNormGrad(double epsilon) implements Op {}

  /**
   * (dy, x, mean, variance) → dgamma [n], dbeta [n] of {@link LayerNorm}.
   *
   * @param epsilon that of the norm
   */
  record LayerNormParameterGrad(double epsilon) implements Op {}

  /**
   * (x [..., n], gamma [n]) → y, meanSquare [..., 1]: root-mean-square normalisation over the last
   * axis.
   *
   * @param epsilon what is added to the mean square
   */
  record RmsNorm(double epsilon) implements Op {}

  /**
   * (dy, x, gamma, meanSquare) → dx of {@link RmsNorm}.
   *
   * @param epsilon that of the norm
   */
  record RmsNormGrad(double epsilon) implements Op {}

  /**
   * (dy, x, meanSquare) → dgamma [n] of {@link RmsNorm}.
   *
   * @param epsilon that of the norm
   */
  record RmsNormParameterGrad(double epsilon) implements Op {}

  /**
   * (x) → y, along one axis.
   *
   * @param axis the axis
   */
  record Softmax(int axis) implements Op {}

  /**
   * (dy, y) → dx of {@link Softmax}.
   *
   * @param axis the axis
   */
  record SoftmaxGrad(int axis) implements Op {}

  /**
   * (q [..., l, d], k [..., m, d], v [..., m, e], mask broadcast to [..., l, m]?) → [..., l, e]:
   * softmax(scale·q·kᵀ + mask)·v, without an array of all l × m scores.
   *
   * @param scale the factor of the scores
   */
  record Attention(double scale) implements Op {}

  /**
   * (dy, q, k, v, mask?) → dq, dk, dv of {@link Attention}.
   *
   * @param scale the factor of the scores
   */
  record AttentionGrad(double scale) implements Op {}

  /**
   * (x) → y, along one axis.
   *
   * @param axis the axis
   */
  record LogSoftmax(int axis) implements Op {}

  /**
   * (dy, y) → dx of {@link LogSoftmax}.
   *
   * @param axis the axis
   */
  record LogSoftmaxGrad(int axis) implements Op {}

  /**
   * (logits [..., k], labels) → losses [...]: softmax and cross entropy of each row in one.
   *
   * <p>Labels are probabilities of the logits' type and shape, or class ids [...] of an integer
   * type, where a negative id (such as −100) marks a row that does not count: its loss is 0,
   * whatever its logits are.
   */
  record CrossEntropy() implements Op {}

  /**
   * (dlosses [...], losses [...], logits [..., k], labels) → dlogits of {@link CrossEntropy}; 0 for
   * rows that do not count and for rows whose dloss is 0, whatever their logits are.
   */
  record CrossEntropyGrad() implements Op {}

  /**
   * (table, ids of an integer type) → the slices of the table along an axis: [table before axis,
   * ids, table after axis].
   *
   * @param axis the axis
   */
  record Gather(int axis) implements Op {}

  /**
   * (ids, dy) → zeros to which the slices of dy are added where the ids say: the derivative of
   * {@link Gather} by the table.
   *
   * @param axis the axis
   * @param size the size of the table along the axis
   */
  record ScatterAdd(int axis, long size) implements Op {}

  /**
   * (x…) → the inputs beside each other.
   *
   * @param axis the axis
   */
  record Concat(int axis) implements Op {}

  /**
   * (cache [..., c, d], new [..., n, d], slots INT64 [n]) → the cache with the new rows at the
   * slots, which follow one another: in the cache's own memory, where they stay for the next run.
   */
  record Append() implements Op {}

  /**
   * (x) → a part, by begin (inclusive), end (exclusive) and a positive step for each axis. A part
   * that is contiguous costs nothing.
   *
   * @param begin the first index of each axis
   * @param end the index behind the last of each axis
   * @param step the stride of each axis
   */
  record Slice(ImmutableLongArray begin, ImmutableLongArray end, ImmutableLongArray step)
      implements Op {
    /**
     * Returns a slice.
     *
     * @param begin the first index of each axis
     * @param end the index behind the last of each axis
     * @param step the stride of each axis
     * @return the op
     */
    public static Slice of(long[] begin, long[] end, long[] step) {
      return new Slice(
          ImmutableLongArray.copyOf(begin),
          ImmutableLongArray.copyOf(end),
          ImmutableLongArray.copyOf(step));
    }

    /**
     * Returns a slice along one axis.
     *
     * @param shape the shape of the input
     * @param axis the axis
     * @param begin the first index
     * @param end the index behind the last
     * @return the op
     */
    public static Slice along(Shape shape, int axis, long begin, long end) {
      long[] from = new long[shape.rank()];
      long[] to = shape.toArray();
      long[] step = new long[shape.rank()];
      Arrays.fill(step, 1);
      from[axis] = begin;
      to[axis] = end;
      return of(from, to, step);
    }
  }

  /**
   * (dy) → zeros of the input's shape with dy written into the part: the derivative of {@link
   * Slice}.
   *
   * @param slice the part
   * @param shape the shape of the slice's input
   */
  record SliceGrad(Slice slice, Shape shape) implements Op {}

  /**
   * (x) → the same elements in the same order; costs nothing.
   *
   * @param shape the new shape
   */
  record Reshape(Shape shape) implements Op {}

  /**
   * (x) → axes in another order: axis i of the result is axis axes[i] of the input.
   *
   * @param axes the permutation
   */
  record Permute(ImmutableIntArray axes) implements Op {
    /**
     * Returns a permutation.
     *
     * @param axes the axes
     * @return the op
     */
    public static Permute of(int... axes) {
      return new Permute(ImmutableIntArray.copyOf(axes));
    }
  }

  /**
   * (x) → repeated to a shape by NumPy's broadcasting.
   *
   * @param shape the new shape
   */
  record Broadcast(Shape shape) implements Op {}

  /**
   * (x) → elements along axes put together.
   *
   * @param kind the function
   * @param axes the axes, ascending; none is never meant as all
   * @param keepAxes whether reduced axes stay with size 1
   */
  record Reduce(ReduceKind kind, ImmutableIntArray axes, boolean keepAxes) implements Op {
    /**
     * Returns a reduction.
     *
     * @param kind the function
     * @param keepAxes whether reduced axes stay with size 1
     * @param axes the axes
     * @return the op
     */
    public static Reduce of(ReduceKind kind, boolean keepAxes, int... axes) {
      return new Reduce(kind, ImmutableIntArray.copyOf(Arrays.stream(axes).sorted()), keepAxes);
    }

    @Override
    public String name() {
      return "Reduce." + kind;
    }
  }

  /** (condition BOOL, a, b) → a where true, otherwise b; NumPy broadcasting of all three. */
  record Select() implements Op {}

  /**
   * (x) → another element type.
   *
   * @param dataType the element type
   */
  record Cast(DataType dataType) implements Op {}

  /**
   * (ids of an integer type [...]) → [..., depth].
   *
   * @param depth the number of classes
   * @param on the value at the id
   * @param off the value elsewhere
   * @param dataType the element type of the result
   */
  record OneHot(long depth, double on, double off, DataType dataType) implements Op {}

  /**
   * (x) → y, mask: elements are zeroed with a probability, the others divided by the probability of
   * staying; the mask holds the factors.
   *
   * <p>Random numbers depend on the seed of the run and the stream alone.
   *
   * @param rate the probability of a zero, in [0, 1)
   * @param stream a number that no other dropout of the program has
   */
  record Dropout(double rate, int stream) implements Op {}

  /**
   * () → one value everywhere.
   *
   * @param type the result
   * @param value the value
   */
  record Fill(TensorType type, double value) implements Op {}

  /**
   * (inputs of the function) → its outputs, by ND4J; has no derivative here.
   *
   * @param function the op of the graph
   * @param results the types of its outputs
   */
  record SameDiffOp(DifferentialFunction function, List<TensorType> results) implements Op {
    /**
     * Copies the list.
     *
     * @param function the op of the graph
     * @param results the types of its outputs
     */
    public SameDiffOp {
      results = List.copyOf(results);
    }

    @Override
    public String name() {
      return function.opName();
    }

    /** Functions of ND4J are equal to others of their class, so identity decides. */
    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(Object other) {
      return other instanceof SameDiffOp sameDiffOp && function == sameDiffOp.function;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(function);
    }
  }
}
