/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Nd4j;

/** Operators that cut and join. */
final class SliceOps {
  private SliceOps() {}

  static ImmutableMap<String, Translation> family() {
    return new Translation.Family()
        .one("Slice", SliceOps::slice)
        .many("Split", SliceOps::split)
        .one("Concat", c -> c.layout.concat(c.in(0).axis(c.integer("axis", 0)), c.all()))
        .one("Pad", SliceOps::pad)
        .build();
  }

  private static Value slice(Call c) {
    Value x = c.in(0);
    Dim[] starts = bounds(c, "starts", 1);
    Dim[] ends = bounds(c, "ends", 2);
    long[] axes = c.integers("axes", 3);
    long[] steps = c.integers("steps", 4);
    if (starts == null || ends == null) {
      throw new UnsupportedForm("its bounds cannot be followed to the inputs");
    }
    if (axes == null) {
      axes = LongStream.range(0, starts.length).toArray();
    }
    Value result = x;
    for (int i = 0; i < starts.length; i++) {
      int axis = x.axis(axes[i]);
      long step = steps == null ? 1 : steps[i];
      if (step < 0) {
        result = backwards(c, result, axis, starts[i], ends[i], step);
      } else {
        Dim begin = bound(starts[i], x.dim(axis));
        Dim end = bound(ends[i], x.dim(axis));
        if (begin.isKnown() && end.isKnown() && end.known() <= begin.known()) {
          throw new UnsupportedForm("its result is empty");
        }
        result = c.layout.slice(result, axis, begin, end, step);
      }
    }
    return result;
  }

  private static Dim @Nullable [] bounds(Call c, String attribute, int input) {
    long[] numbers = c.integers(attribute);
    return numbers != null ? Dims.of(numbers) : c.elements(c.in(input));
  }

  /** Returns a bound counted from the front and inside of the axis. */
  private static Dim bound(Dim bound, Dim size) {
    if (!bound.isKnown()) {
      return bound;
    }
    long number = bound.known();
    if (size.isKnown()) {
      long whole = size.known();
      return Dim.of(Math.max(0, Math.min(number < 0 ? number + whole : number, whole)));
    }
    if (number < 0) {
      return number <= Integer.MIN_VALUE ? Dim.of(0) : Dim.compute(Dim.Operation.ADD, size, bound);
    }
    if (number >= Integer.MAX_VALUE) {
      return size;
    }
    return number <= 1 ? bound : Dim.compute(Dim.Operation.MINIMUM, size, bound);
  }

  private static Value backwards(Call c, Value x, int axis, Dim start, Dim end, long step) {
    if (!x.dim(axis).isKnown() || !start.isKnown() || !end.isKnown()) {
      throw new UnsupportedForm("a negative step over an open dimension");
    }
    long size = x.dim(axis).known();
    long first = Math.min(start.known() < 0 ? start.known() + size : start.known(), size - 1);
    long last = Math.max(end.known() < 0 ? Math.max(end.known() + size, -1) : end.known(), -1);
    if (first <= last) {
      throw new UnsupportedForm("its result is empty");
    }
    Value flipped = c.layout.reverse(x, axis);
    return c.layout.slice(flipped, axis, Dim.of(size - 1 - first), Dim.of(size - 1 - last), -step);
  }

  private static Value[] split(Call c) {
    Value x = c.in(0);
    int axis = x.axis(c.integer("axis", 0));
    int count = c.node.outputs().size();
    long[] sizes = c.integers("split", 1);
    if (sizes == null) {
      if (!x.dim(axis).isKnown()) {
        throw new UnsupportedForm("it splits an open dimension evenly");
      }
      long whole = x.dim(axis).known();
      long part = (whole + count - 1) / count;
      sizes = new long[count];
      Arrays.fill(sizes, part);
      sizes[count - 1] = whole - part * (count - 1);
    }
    Value[] parts = new Value[count];
    long at = 0;
    for (int i = 0; i < count; i++) {
      if (sizes[i] <= 0) {
        throw new UnsupportedForm("its result is empty");
      }
      parts[i] = c.layout.slice(x, axis, Dim.of(at), Dim.of(at + sizes[i]), 1);
      at += sizes[i];
    }
    return parts;
  }

  private static Value pad(Call c) {
    Value x = c.in(0);
    String mode = c.text("mode", "constant");
    if (!mode.equals("constant")) {
      throw new UnsupportedForm("mode '" + mode + "'");
    }
    long[] pads = c.integers("pads", 1);
    if (pads == null) {
      throw new UnsupportedForm("it has no pads");
    }
    long[] axes = c.integers("axes", 3);
    @Nullable Value filling = c.optional(2);
    Double number =
        filling == null ? Double.valueOf(c.number("value", 0)) : Elementwise.number(filling);
    if (number == null) {
      throw new UnsupportedForm("its input 'constant_value' is not a constant");
    }
    int rank = x.rank();
    int[][] widths = new int[rank][2];
    int count = pads.length / 2;
    Dim[] dims = Layout.with(x, 0, x.dim(0));
    for (int i = 0; i < count; i++) {
      int axis = x.axis(axes == null ? i : axes[i]);
      widths[axis] = new int[] {(int) pads[i], (int) pads[i + count]};
      if (pads[i] < 0 || pads[i + count] < 0) {
        throw new UnsupportedForm("negative pads");
      }
      dims[axis] = Dim.compute(Dim.Operation.ADD, x.dim(axis), Dim.of(pads[i] + pads[i + count]));
    }
    Value paddings = Value.constant(Nd4j.createFromArray(widths), null);
    return c.writer
        .emit(x.type(), dims, (sd, v) -> sd.nn().pad(v[0], v[1], number), x, paddings)
        .learned(x.isLearned());
  }
}
