/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/** Operations that move elements: reshape, permute, slice, join, repeat, look up. */
final class Layout {
  private final GraphWriter writer;
  private final Elementwise math;

  Layout(GraphWriter writer, Elementwise math) {
    this.writer = writer;
    this.math = math;
  }

  /**
   * Gives a value another shape. When more than one dimension is open, the shape is a vector
   * computed in the graph in which the last open dimension is -1.
   *
   * @param target the dimensions; null where the size follows from the others
   */
  Value reshape(Value x, @Nullable Dim... target) {
    Dim[] dims = target.clone();
    int open = -1;
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == null) {
        dims[i] = inferred(x, dims, i);
      }
      boolean unknown = dims[i] == null || !dims[i].isKnown();
      if (unknown && (open < 0 || dims[open] != null)) {
        open = i;
      }
    }
    if (Dims.same(x.dims(), dims)) {
      return x;
    }
    Value swapped = swapped(x, dims);
    if (swapped != null) {
      return swapped;
    }
    Dim[] shape = dims.clone();
    if (open >= 0) {
      shape[open] = Dim.of(-1);
    }
    Value result;
    if (Dims.areKnown(shape)) {
      long[] sizes = Dims.known(shape);
      result = writer.emit(x.type(), dims, (sd, v) -> sd.reshape(v[0], sizes), x);
    } else {
      result =
          writer.emit(x.type(), dims, (sd, v) -> sd.reshape(v[0], v[1]), x, writer.vector(shape));
    }
    return result.learned(x.isLearned()).reshapeOf(x);
  }

  /**
   * Sees through {@code reshape → permute(0, 2, 1) → reshape}, which newer exports write for
   * swapping the last two axes of a value with more leading ones; null when this is something else.
   */
  private @Nullable Value swapped(Value x, Dim[] dims) {
    Value flat = x.source();
    Value original = flat == null ? null : flat.reshapeOf();
    int rank = dims.length;
    if (original == null
        || !Arrays.equals(x.permutation(), new int[] {0, 2, 1})
        || original.dims() == null
        || original.rank() != rank
        || rank < 3) {
      return null;
    }
    int[] order = IntStream.range(0, rank).toArray();
    order[rank - 1] = rank - 2;
    order[rank - 2] = rank - 1;
    for (int i = 0; i < rank; i++) {
      Dim wanted = dims[i];
      if (wanted == null || !wanted.equals(original.dim(order[i]))) {
        return null;
      }
    }
    boolean matrices =
        original.dim(rank - 2).equals(x.dim(2)) && original.dim(rank - 1).equals(x.dim(1));
    return matrices ? permute(original, order) : null;
  }

  private static @Nullable Dim inferred(Value x, Dim[] target, int at) {
    Dim[] from = x.dims();
    if (from == null || Arrays.stream(from).anyMatch(d -> d == null)) {
      return null;
    }
    Dim[] others = new Dim[target.length - 1];
    for (int i = 0, j = 0; i < target.length; i++) {
      if (i != at) {
        if (target[i] == null || target[i].is(0)) {
          return null;
        }
        others[j++] = target[i];
      }
    }
    return Dims.quotient(from, others);
  }

  /** Gives a value the shape that another value holds. */
  Value reshapeTo(Value x, Value shape) {
    Dim[] dims =
        shape.hasRank() && shape.rank() == 1 && shape.dim(0).isKnown()
            ? new Dim[(int) shape.dim(0).known()]
            : null;
    return writer
        .emit(x.type(), dims, (sd, v) -> sd.reshape(v[0], v[1]), x, shape)
        .learned(x.isLearned());
  }

  /**
   * Permutes the axes; the operation is written when something reads the result, so that a product
   * can take the permutation as its transpose flag.
   */
  Value permute(Value x, int... order) {
    Value source = x;
    int[] from = order.clone();
    int[] pending = x.permutation();
    Value base = x.source();
    if (pending != null && base != null && x.variable() == null) {
      for (int i = 0; i < from.length; i++) {
        from[i] = pending[order[i]];
      }
      source = base;
    }
    boolean identity = true;
    Dim[] dims = new Dim[from.length];
    for (int i = 0; i < from.length; i++) {
      identity &= from[i] == i;
      dims[i] = source.dim(from[i]);
    }
    return identity ? source : Value.permuted(source, from, dims, writer.scope());
  }

  /**
   * Adds axes of size one. ND4J's operation for it takes [1, 1] for a scalar and loses an axis;
   * where that may happen, a reshape does it.
   */
  Value unsqueeze(Value x, int... axes) {
    Dim[] elements = x.elements();
    if (elements != null && x.isScalar() && axes.length == 1) {
      return Value.shape(x.type(), elements, false);
    }
    int rank = x.rank() + axes.length;
    boolean[] added = new boolean[rank];
    for (int axis : axes) {
      added[axis] = true;
    }
    Dim[] dims = new Dim[rank];
    for (int i = 0, j = 0; i < rank; i++) {
      dims[i] = added[i] ? Dim.of(1) : x.dim(j++);
    }
    boolean trap =
        x.rank() <= 2 && rank > 2 && Arrays.stream(dims).noneMatch(d -> d.isKnown() && !d.is(1));
    if (trap || x.rank() == 0) {
      return reshape(x, dims);
    }
    Value result = x;
    for (int i = 0; i < rank; i++) {
      if (added[i]) {
        int axis = i;
        Dim[] wider = new Dim[result.rank() + 1];
        for (int j = 0; j < wider.length; j++) {
          wider[j] = j == axis ? Dim.of(1) : result.dim(j < axis ? j : j - 1);
        }
        result =
            writer
                .emit(x.type(), wider, (sd, v) -> sd.expandDims(v[0], axis), result)
                .learned(x.isLearned());
      }
    }
    return result;
  }

  Value squeeze(Value x, int... axes) {
    Dim[] elements = x.elements();
    if (elements != null && axes.length == 1 && elements.length == 1) {
      return Value.shape(x.type(), elements, true);
    }
    int[] descending = Arrays.stream(axes).distinct().sorted().toArray();
    Value result = x;
    for (int i = descending.length - 1; i >= 0; i--) {
      int axis = descending[i];
      Dim[] dims = without(result, axis);
      result =
          writer
              .emit(x.type(), dims, (sd, v) -> sd.squeeze(v[0], axis), result)
              .learned(x.isLearned());
    }
    return result;
  }

  static Dim[] without(Value x, int axis) {
    Dim[] dims = new Dim[x.rank() - 1];
    for (int j = 0; j < dims.length; j++) {
      dims[j] = x.dim(j < axis ? j : j + 1);
    }
    return dims;
  }

  static Dim[] with(Value x, int axis, @Nullable Dim dim) {
    Dim[] dims = new Dim[x.rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = x.dim(i);
    }
    dims[axis] = dim;
    return dims;
  }

  /**
   * Takes every {@code step}th element of one axis from {@code begin} (inclusive) to {@code end}
   * (exclusive), both counted from the front; {@code step} > 0.
   */
  Value slice(Value x, int axis, Dim begin, Dim end, long step) {
    Dim whole = x.dim(axis);
    if (begin.is(0) && end.equals(whole) && step == 1) {
      return x;
    }
    Dim size = Dim.compute(Dim.Operation.SUBTRACT, end, begin);
    if (step != 1) {
      Dim rounded = Dim.compute(Dim.Operation.ADD, size, Dim.of(step - 1));
      size = Dim.compute(Dim.Operation.DIVIDE, rounded, Dim.of(step));
    }
    int rank = x.rank();
    Dim[] begins = Dims.of(new long[rank]);
    Dim[] ends = Dims.of(new long[rank]);
    long[] steps = new long[rank];
    Arrays.fill(steps, 1);
    int openBegin = 0;
    int openEnd = 0;
    for (int i = 0; i < rank; i++) {
      openBegin |= i == axis ? 0 : 1 << i;
      openEnd |= i == axis ? 0 : 1 << i;
    }
    begins[axis] = begin;
    ends[axis] = end;
    steps[axis] = step;
    if (end.equals(whole)) {
      openEnd |= 1 << axis;
      ends[axis] = Dim.of(0);
    }
    int beginMask = openBegin;
    int endMask = openEnd;
    Dim[] dims = with(x, axis, size);
    if (Dims.areKnown(begins) && Dims.areKnown(ends)) {
      return writer
          .emit(
              x.type(),
              dims,
              (sd, v) ->
                  sd.stridedSlice(
                      v[0],
                      Dims.known(begins),
                      Dims.known(ends),
                      steps,
                      beginMask,
                      endMask,
                      0,
                      0,
                      0),
              x)
          .learned(x.isLearned());
    }
    return writer
        .emit(
            x.type(),
            dims,
            (sd, v) -> sd.stridedSlice(v[0], v[1], v[2], v[3], beginMask, endMask, 0, 0, 0),
            x,
            writer.vector(begins),
            writer.vector(ends),
            writer.longs(steps))
        .learned(x.isLearned());
  }

  Value concat(int axis, List<Value> parts) {
    List<Value> full = parts.stream().filter(p -> !(p.hasRank() && p.dim(axis).is(0))).toList();
    if (full.isEmpty()) {
      return parts.get(0);
    }
    Value first = full.get(0);
    if (full.size() == 1) {
      return first;
    }
    Dim size = Dim.of(0);
    for (Value part : full) {
      size = Dim.compute(Dim.Operation.ADD, size, part.dim(axis));
    }
    Dim[] dims = with(first, axis, size);
    boolean learned = full.stream().anyMatch(Value::isLearned);
    return writer
        .emit(first.type(), dims, (sd, v) -> sd.concat(axis, v), full.toArray(new Value[0]))
        .learned(learned && first.type().isFPType());
  }

  /** Returns an array of one number in the given shape. */
  Value fill(Dim[] shape, DataType type, double number) {
    if (type == DataType.BOOL) {
      return math.cast(fill(shape, DataType.FLOAT, number), type);
    }
    if (shape.length == 0) {
      return writer.scalar(type, number);
    }
    return writer
        .emit(type, shape, (sd, v) -> sd.fill(v[0], type, number), writer.vector(shape))
        .learned(false);
  }

  /**
   * Repeats a value along its axes of size one (or absent axes) as numpy's broadcast does: by
   * multiplying with ones.
   */
  Value expand(Value x, Dim... target) {
    Dim[] dims = Dims.broadcast(x.dims(), target);
    if (dims == null || Dims.same(dims, x.dims())) {
      return x;
    }
    if (x.type() == DataType.BOOL) {
      return math.cast(expand(math.cast(x, DataType.FLOAT), target), DataType.BOOL);
    }
    Dim[] ones = target.clone();
    for (int i = 0; i < ones.length; i++) {
      int at = i + x.rank() - target.length;
      if (at >= 0 && x.dim(at).equals(target[i])) {
        ones[i] = Dim.of(1);
      }
    }
    return math.mul(x, fill(ones, x.type(), 1)).learned(x.isLearned());
  }

  Value gather(Value table, Value indices, int axis) {
    if (table.type() == DataType.BOOL) {
      return math.cast(gather(math.cast(table, DataType.FLOAT), indices, axis), DataType.BOOL);
    }
    if (table.hasRank() && table.rank() == 1 && indices.hasRank() && indices.rank() > 1) {
      // ND4J's gather crashes the process on a vector with indices of a higher rank.
      return squeeze(gather(unsqueeze(table, 0), indices, 1), 0);
    }
    Dim[] dims = null;
    if (table.hasRank() && indices.hasRank()) {
      dims = new Dim[table.rank() - 1 + indices.rank()];
      for (int i = 0; i < dims.length; i++) {
        if (i < axis) {
          dims[i] = table.dim(i);
        } else if (i < axis + indices.rank()) {
          dims[i] = indices.dim(i - axis);
        } else {
          dims[i] = table.dim(i - indices.rank() + 1);
        }
      }
    }
    return writer
        .emit(table.type(), dims, (sd, v) -> sd.gather(v[0], v[1], axis), table, indices)
        .learned(table.isLearned());
  }

  /** Returns the integers from {@code begin} (inclusive) to {@code end} (exclusive). */
  Value range(DataType type, Dim begin, Dim end) {
    return writer.emit(
        type,
        new Dim[] {Dim.compute(Dim.Operation.SUBTRACT, end, begin)},
        (sd, v) -> sd.range(v[0], v[1], v[2], type),
        Value.shape(type, new Dim[] {begin}, true),
        Value.shape(type, new Dim[] {end}, true),
        Value.shape(type, new Dim[] {Dim.of(1)}, true));
  }

  Value reverse(Value x, int axis) {
    return writer
        .emit(x.type(), x.dims(), (sd, v) -> sd.reverse(v[0], axis), x)
        .learned(x.isLearned());
  }
}
