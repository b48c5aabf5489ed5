/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.serde.FlatBuffersMapper;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.IndexAccumulation;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.ReduceOp;
import org.nd4j.linalg.api.ops.ScalarOp;

/**
 * The settings of an operation, read from wherever SameDiff keeps them for its type: fields,
 * integer and real arguments, flags, or constant inputs. The answer is the same before and after a
 * save and load.
 *
 * <p>An accessor that does not apply to the node's operation throws an {@link
 * IllegalArgumentException} that names the node; the {@code find…} forms return nothing where the
 * setting is computed by the graph.
 */
public final class Attributes {
  /*
   * Longer than other classes: one accessor for each kind of setting, and half of it documentation.
   *
   * propertiesForFunction() is not used: it repeats the fields of Java classes, which a load fills incompletely (a loaded
   * Reshape has the shape [-99], a loaded Moments no axes). The arguments handed to the native operation are complete.
   */
  private static final int ALL = Integer.MAX_VALUE;

  private final Node node;
  private final DifferentialFunction function;
  private final String op;

  private Attributes(Node node) {
    this.node = node;
    function = node.function();
    op = function.opName();
  }

  static Attributes of(Node node) {
    return new Attributes(node);
  }

  /**
   * Returns whether a matrix multiplication transposes the last two axes of its first operand.
   *
   * @return whether it does
   */
  public boolean transposeA() {
    return transpose(0);
  }

  /**
   * Returns whether a matrix multiplication transposes the last two axes of its second operand.
   *
   * @return whether it does
   */
  public boolean transposeB() {
    return transpose(1);
  }

  /**
   * Returns whether a matrix multiplication transposes its result.
   *
   * @return whether it does
   */
  public boolean transposeResult() {
    return transpose(2);
  }

  /**
   * Returns the axes along which the operation works: those of a reduction (empty: all), the order
   * of a permutation (empty: reversed, as transpose does), the axes of squeeze (empty: all of
   * length 1), expand_dims, reverse, layer_norm. Negative axes count from the end, as written.
   *
   * @return the axes
   * @throws IllegalArgumentException if the operation has none or the graph computes them at run
   *     time
   */
  public int[] dimensions() {
    return findDimensions().orElseThrow(() -> missing("fixed axes"));
  }

  /**
   * Returns what {@link #dimensions()} does, or nothing if the graph computes it at run time.
   *
   * @return the axes
   * @throws IllegalArgumentException if the operation has none
   */
  public Optional<int[]> findDimensions() {
    if (isLegacyReduction()) {
      int[] dimensions = function.getDimensions();
      boolean fromInput =
          (dimensions == null || dimensions.length == 0) && node.inputs().size() > 1;
      return fromInput ? fixed(1).map(Attributes::axes) : Optional.of(dimensionsField());
    }
    switch (op) {
      case "permute",
          "transpose",
          "squeeze",
          "expand_dims",
          "reverse",
          "layer_norm",
          "moments",
          "argmax",
          "argmin" -> {}
      case "cumsum", "cumprod" -> {
        long[] integers = integers();
        return integers.length > 2
            ? Optional.of(axes(Arrays.copyOfRange(integers, 2, integers.length)))
            : fixed(1).map(Attributes::axes);
      }
      default -> {
        if (!op.startsWith("reduce_") && !op.startsWith("norm") && !op.equals("standardize")) {
          throw missing("axes");
        }
      }
    }
    boolean fromInput =
        integers().length == 0 && node.inputs().size() > 1 && !op.equals("layer_norm");
    return fromInput ? fixed(1).map(Attributes::axes) : Optional.of(axes(integers()));
  }

  /**
   * Returns the one axis of softmax, log_softmax, concat, gather, stack, unstack, split, onehot,
   * cumsum, size_at and expand_dims. Negative counts from the end, as written.
   *
   * @return the axis
   * @throws IllegalArgumentException if the operation has none or the graph computes it at run time
   */
  public int axis() {
    return findAxis().orElseThrow(() -> missing("fixed axis"));
  }

  /**
   * Returns what {@link #axis()} does, or nothing if the operation has none or the graph computes
   * it at run time.
   *
   * @return the axis
   */
  public OptionalInt findAxis() {
    long[] integers = integers();
    return switch (op) {
      case "softmax", "log_softmax" ->
          OptionalInt.of(integers.length > 0 ? Math.toIntExact(integers[0]) : -1);
      case "concat" -> flag(0) ? single(fixed(node.inputs().size() - 1)) : first(integers);
      case "gather" ->
          integers.length > 0
              ? first(integers)
              : node.inputs().size() > 2 ? single(fixed(2)) : OptionalInt.of(0);
      case "stack", "unstack", "size_at" -> first(integers);
      case "onehot" -> OptionalInt.of(integers.length > 0 ? Math.toIntExact(integers[0]) : -1);
      case "split" ->
          integers.length > 1 ? OptionalInt.of(Math.toIntExact(integers[1])) : single(fixed(0));
      case "cumsum", "cumprod" ->
          integers.length > 2 ? OptionalInt.of(Math.toIntExact(integers[2])) : single(fixed(1));
      case "expand_dims" -> integers.length > 0 ? first(integers) : single(fixed(1));
      default -> OptionalInt.empty();
    };
  }

  /**
   * Returns whether a reduction keeps the reduced axes with length 1.
   *
   * @return whether it does
   * @throws IllegalArgumentException if the operation is no reduction
   */
  public boolean keepDims() {
    if (function instanceof ReduceOp reduction) {
      return reduction.isKeepDims();
    }
    if (function instanceof IndexAccumulation reduction) {
      return reduction.isKeepDims();
    }
    if (op.equals("reduce_logsumexp")) {
      return reals().length > 0 && reals()[0] != 0;
    }
    if (op.startsWith("reduce_")
        || op.equals("moments")
        || op.equals("argmax")
        || op.equals("argmin")) {
      return flag(0);
    }
    throw missing("reduced axes");
  }

  /**
   * Returns the number inside an operation with a scalar: 2.0 of {@code mul_scalar}, the exponent
   * of {@code pow}, the cut-off of {@code relu}, the slope of {@code leakyrelu} and {@code elu},
   * the value of {@code fill}.
   *
   * @return the number, or nothing if the operation has none
   */
  public OptionalDouble scalar() {
    if (function instanceof ScalarOp scalar) {
      return scalar.scalar() == null
          ? OptionalDouble.empty()
          : OptionalDouble.of(scalar.scalar().getDouble(0));
    }
    boolean hasOne = (op.equals("elu") || op.equals("fill")) && reals().length > 0;
    return hasOne ? OptionalDouble.of(reals()[0]) : OptionalDouble.empty();
  }

  /**
   * Returns the target shape of reshape, broadcast_to, create and fill, or the repetitions of tile,
   * where it is fixed.
   *
   * @return the shape with -1 as written, or nothing if the graph computes it at run time
   * @throws IllegalArgumentException if the operation has none
   */
  public Optional<long[]> findShape() {
    long[] integers = integers();
    return switch (op) {
      case "reshape" -> {
        int from =
            integers.length > 0 && integers[0] < -1 ? 1 : 0; // the first may be the order, negated
        yield integers.length > from || node.inputs().size() < 2
            ? Optional.of(Arrays.copyOfRange(integers, from, integers.length))
            : fixed(1);
      }
      case "tile" -> integers.length > 0 ? Optional.of(integers) : fixed(1);
      case "broadcast_to" -> fixed(1);
      case "create", "fill" -> fixed(0);
      default -> throw missing("target shape");
    };
  }

  /**
   * Returns the order in which a reshape reads and writes.
   *
   * @return {@code 'c'} or {@code 'f'}
   */
  public char order() {
    long[] integers = integers();
    boolean fortran =
        op.equals("reshape") && integers.length > 0 && (integers[0] == -102 || integers[0] == -127);
    return fortran ? 'f' : 'c';
  }

  /**
   * Returns the bounds of a slice or strided slice where they are fixed. A plain slice is given
   * with {@code end = begin + size}, and with its bit in the end mask where the size is -1.
   *
   * @return the bounds, or nothing if the graph computes them at run time
   * @throws IllegalArgumentException if the operation is no slice
   */
  public Optional<StridedSlice> findSlice() {
    long[] integers = integers();
    int masks = op.equals("strided_slice") ? 5 : 0;
    if (integers.length > masks) {
      int parts = masks == 0 ? 2 : 3;
      int length = (integers.length - masks) / parts;
      long[][] bounds = new long[3][];
      for (int i = 0; i < parts; i++) {
        bounds[i] = Arrays.copyOfRange(integers, masks + i * length, masks + (i + 1) * length);
      }
      return Optional.of(slice(bounds[0], bounds[1], parts == 3 ? bounds[2] : ones(length)));
    }
    Optional<long[]> begin = fixed(1);
    Optional<long[]> end = fixed(2);
    Optional<long[]> strides = node.inputs().size() > 3 ? fixed(3) : begin.map(b -> ones(b.length));
    boolean known = begin.isPresent() && end.isPresent() && strides.isPresent();
    return known ? Optional.of(slice(begin.get(), end.get(), strides.get())) : Optional.empty();
  }

  /**
   * Returns the bounds of a slice or strided slice for inputs whose values the caller knows.
   *
   * @param begin the second input's value
   * @param end the third input's value: the end of a strided slice, the size of a plain one
   * @param strides the fourth input's value, ones for a plain slice
   * @return the bounds, with this node's masks
   * @throws IllegalArgumentException if the operation is no slice
   */
  public StridedSlice slice(long[] begin, long[] end, long[] strides) {
    if (op.equals("strided_slice")) {
      int[] masks = IntStream.range(0, 5).map(i -> Math.toIntExact(integer(i))).toArray();
      return new StridedSlice(
          begin, end, strides, masks[0], masks[2], masks[1], masks[3], masks[4]);
    }
    if (!op.equals("slice")) {
      throw missing("bounds");
    }
    long[] last = new long[begin.length];
    int open = 0;
    for (int i = 0; i < begin.length; i++) {
      last[i] = begin[i] + end[i];
      if (end[i] == -1) {
        open |= 1 << i;
        last[i] = 0;
      }
    }
    return new StridedSlice(begin, last, strides, 0, open, 0, 0, 0);
  }

  /**
   * Returns the type that a cast converts to, or that range, create, fill and the like produce.
   *
   * @return the type
   * @throws IllegalArgumentException if the operation states none
   */
  public DataType type() {
    if (op.equals("cast") && integers().length > 0) {
      return FlatBuffersMapper.getDataTypeFromByte((byte) integers()[0]);
    }
    if (function instanceof DynamicCustomOp custom && custom.numDArguments() > 0) {
      return custom.dArgs()[0];
    }
    throw missing("data type");
  }

  /**
   * Returns the integer arguments handed to the native operation.
   *
   * @return the arguments, none for a legacy operation
   */
  public long[] integers() {
    long[] integers = function instanceof CustomOp custom ? custom.iArgs() : null;
    return integers == null ? new long[0] : integers;
  }

  /**
   * Returns one integer argument.
   *
   * @param i its index
   * @return the argument
   * @throws IllegalArgumentException if there are not so many
   */
  public long integer(int i) {
    long[] integers = integers();
    if (i < 0 || i >= integers.length) {
      throw missing("integer argument " + i);
    }
    return integers[i];
  }

  /**
   * Returns the real arguments handed to the native operation: those of a custom operation, the
   * extra arguments of a legacy one, such as the probability of dropout.
   *
   * @return the arguments
   */
  public double[] reals() {
    if (function instanceof CustomOp custom) {
      return custom.tArgs() == null ? new double[0] : custom.tArgs();
    }
    Object[] extra = function.getExtraArgs();
    if (extra == null) {
      return new double[0];
    }
    return Arrays.stream(extra)
        .filter(Number.class::isInstance)
        .mapToDouble(number -> ((Number) number).doubleValue())
        .toArray();
  }

  /**
   * Returns the flags handed to the native operation.
   *
   * @return the flags, none for a legacy operation
   */
  public boolean[] flags() {
    boolean[] flags = function instanceof CustomOp custom ? custom.bArgs() : null;
    return flags == null ? new boolean[0] : flags;
  }

  private boolean flag(int i) {
    boolean[] flags = flags();
    return i < flags.length && flags[i];
  }

  private boolean transpose(int i) {
    if (!op.equals("matmul")) {
      throw missing("transpose flags");
    }
    long[] integers = integers();
    return i < integers.length && integers[i] != 0;
  }

  /**
   * Returns the axes that a legacy reduction holds itself, empty for all or for those of an input.
   */
  int[] dimensionsField() {
    int[] dimensions = function.getDimensions();
    return dimensions == null ? new int[0] : axes(dimensions);
  }

  /** Returns whether the operation is a reduction that keeps its axes in a field. */
  boolean isLegacyReduction() {
    return function instanceof Op
        && switch (function.opType()) {
          case REDUCE_BOOL,
              REDUCE_FLOAT,
              REDUCE_LONG,
              REDUCE_SAME,
              REDUCE3,
              INDEXREDUCE,
              VARIANCE,
              SUMMARYSTATS ->
              true;
          default -> false;
        };
  }

  /** Returns the numbers of an input that is a constant of an integer type. */
  private Optional<long[]> fixed(int input) {
    List<Value> inputs = node.inputs();
    if (input < 0 || input >= inputs.size()) {
      throw missing("input " + input);
    }
    Value value = inputs.get(input);
    return value.isConstant() && value.dataType().isIntType()
        ? Optional.of(value.array().toLongVector())
        : Optional.empty();
  }

  private static OptionalInt single(Optional<long[]> axes) {
    return axes.map(Attributes::first).orElse(OptionalInt.empty());
  }

  private static OptionalInt first(long[] integers) {
    return integers.length == 0
        ? OptionalInt.empty()
        : OptionalInt.of(Math.toIntExact(integers[0]));
  }

  private static int[] axes(long[] axes) {
    return axes(Arrays.stream(axes).mapToInt(Math::toIntExact).toArray());
  }

  private static int[] axes(int[] axes) {
    return axes.length == 1 && axes[0] == ALL ? new int[0] : axes.clone();
  }

  private static long[] ones(int length) {
    long[] ones = new long[length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private IllegalArgumentException missing(String what) {
    return new IllegalArgumentException("node '" + node.name() + "' (" + op + ") has no " + what);
  }
}
