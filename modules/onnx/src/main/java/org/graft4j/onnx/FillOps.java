/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableMap;
import org.graft4j.onnx.OnnxModel.Attribute;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Operators that make values out of numbers: constants, ranges, triangles, one-hot rows. */
final class FillOps {
  private static final double LONGEST_RANGE = 1 << 26;

  private FillOps() {}

  static ImmutableMap<String, Translation> family() {
    return new Translation.Family()
        .one("Constant", FillOps::constant)
        .one("ConstantOfShape", FillOps::constantOfShape)
        .one("Range", FillOps::range)
        .one("Trilu", FillOps::trilu)
        .one("EyeLike", FillOps::eyeLike)
        .one("CumSum", FillOps::cumSum)
        .one("OneHot", FillOps::oneHot)
        .build();
  }

  private static Value constant(Call c) {
    for (Attribute attribute : c.node.attributes().values()) {
      OnnxTensor tensor = attribute.tensor();
      switch (attribute.name()) {
        case "value" -> {
          if (tensor != null) {
            return Value.constant(TensorData.finite(c.file, tensor), null);
          }
        }
        case "value_float" -> {
          return c.writer.scalar(DataType.FLOAT, attribute.number());
        }
        case "value_int" -> {
          return Value.shape(DataType.INT64, Dims.of(attribute.integer()), true);
        }
        case "value_ints" -> {
          return c.writer.longs(attribute.integers().stream().mapToLong(Long::longValue).toArray());
        }
        case "value_floats" -> {
          float[] numbers = new float[attribute.numbers().size()];
          for (int i = 0; i < numbers.length; i++) {
            numbers[i] = attribute.numbers().get(i);
          }
          return Value.constant(Nd4j.createFromArray(numbers), null);
        }
        default -> {
          // Another attribute, or a form that the error below names.
        }
      }
    }
    throw new UnsupportedForm("constant of kind " + c.node.attributes().keySet());
  }

  private static Value constantOfShape(Call c) {
    Attribute attribute = c.node.attributes().get("value");
    OnnxTensor tensor = attribute == null ? null : attribute.tensor();
    Value number =
        tensor == null
            ? c.writer.scalar(DataType.FLOAT, 0)
            : Value.constant(TensorData.finite(c.file, tensor), null);
    Double filling = Elementwise.number(number);
    Dim[] shape = c.elements(c.in(0));
    if (filling == null) {
      throw new UnsupportedForm("its value is not one number");
    }
    if (shape == null) {
      return filledAtRunTime(c, c.in(0), number.type(), filling);
    }
    for (Dim dim : shape) {
      if (dim.isKnown() && dim.known() < 0) {
        throw new UnsupportedForm("a dimension is negative: " + dim);
      }
    }
    return c.layout.fill(shape, number.type(), filling);
  }

  private static Value filledAtRunTime(Call c, Value shape, DataType type, double number) {
    Dim[] dims = shape.dim(0).isKnown() ? new Dim[(int) shape.dim(0).known()] : null;
    DataType wide = type == DataType.BOOL ? DataType.FLOAT : type;
    Value filled = c.writer.emit(wide, dims, (sd, v) -> sd.fill(v[0], wide, number), shape);
    return c.math.cast(filled, type);
  }

  private static Value range(Call c) {
    Value from = c.in(0);
    Value to = c.in(1);
    Value step = c.in(2);
    DataType type = from.type();
    checkLength(from, to, step);
    Dim[] begin = from.elements();
    Dim[] end = to.elements();
    Dim[] by = step.elements();
    Dim size = null;
    if (begin != null && end != null && by != null && by[0].is(1)) {
      size = Dim.compute(Dim.Operation.SUBTRACT, end[0], begin[0]);
    } else {
      return stepped(c, from, to, step);
    }
    return c.writer.emit(
        type, new Dim[] {size}, (sd, v) -> sd.range(v[0], v[1], v[2], type), from, to, step);
  }

  /** Counts the steps first: ND4J gets their number wrong when the step is negative. */
  private static Value stepped(Call c, Value from, Value to, Value step) {
    DataType wide = DataType.DOUBLE;
    Value steps =
        c.math.div(
            c.math.sub(c.math.cast(to, wide), c.math.cast(from, wide)), c.math.cast(step, wide));
    Value count = c.math.neg(c.math.floor(c.math.neg(steps)));
    Value numbers =
        c.writer.emit(
            DataType.INT64,
            new Dim[] {null},
            (sd, v) -> sd.range(v[0], v[1], v[2], DataType.INT64),
            Value.shape(DataType.INT64, new Dim[] {Dim.of(0)}, true),
            c.math.cast(count, DataType.INT64),
            Value.shape(DataType.INT64, new Dim[] {Dim.of(1)}, true));
    return c.math.add(c.math.mul(c.math.cast(numbers, from.type()), step), from);
  }

  private static void checkLength(Value from, Value to, Value step) {
    Double begin = Elementwise.number(from);
    Double end = Elementwise.number(to);
    Double by = Elementwise.number(step);
    if (begin != null && end != null && by != null && !((end - begin) / by <= LONGEST_RANGE)) {
      throw new UnsupportedForm("a range from " + begin + " to " + end + " by " + by);
    }
  }

  /**
   * Keeps one triangle of the last two axes: a comparison of column and row numbers, then a
   * product.
   */
  private static Value trilu(Call c) {
    Value x = c.in(0);
    @Nullable Value diagonal = c.optional(1);
    int rank = x.rank();
    Value rows = c.layout.unsqueeze(c.layout.range(DataType.INT64, Dim.of(0), x.dim(rank - 2)), 1);
    Value columns = c.layout.range(DataType.INT64, Dim.of(0), x.dim(rank - 1));
    if (diagonal != null) {
      rows = c.math.add(rows, diagonal);
    }
    Value kept =
        c.integer("upper", 1) != 0
            ? c.math.greaterOrEqual(columns, rows)
            : c.math.lessOrEqual(columns, rows);
    if (x.type() == DataType.BOOL) {
      return c.math.and(x, kept);
    }
    return c.math.mul(x, c.math.cast(kept, x.type()));
  }

  private static Value eyeLike(Call c) {
    Value x = c.in(0);
    ElementType wanted = ElementType.of((int) c.integer("dtype", 0));
    DataType type = wanted == null ? x.type() : wanted.becomes();
    Value rows = c.layout.unsqueeze(c.layout.range(DataType.INT64, Dim.of(0), x.dim(0)), 1);
    Value columns = c.layout.range(DataType.INT64, Dim.of(0), x.dim(1));
    Value shift = c.math.scalar(rows, (double) c.integer("k", 0));
    return c.math.cast(c.math.equal(columns, c.math.add(rows, shift)), type);
  }

  private static Value cumSum(Call c) {
    Value x = c.in(0);
    int axis = x.axis(c.constant(c.in(1), "axis")[0]);
    return c.reductions.cumulativeSum(
        x, axis, c.integer("exclusive", 0) != 0, c.integer("reverse", 0) != 0);
  }

  /** Compares the indices with the numbers from 0 to the depth, on a new axis. */
  private static Value oneHot(Call c) {
    Value indices = c.math.cast(c.in(0), DataType.INT64);
    long depth = c.constant(c.in(1), "depth")[0];
    Value values = c.in(2);
    int rank = indices.rank() + 1;
    long wanted = c.integer("axis", -1);
    int axis = (int) (wanted < 0 ? wanted + rank : wanted);
    Value negative = c.math.cast(c.math.less(indices, c.math.scalar(indices, 0)), DataType.INT64);
    Value positive = c.math.add(indices, c.math.mul(negative, (double) depth));
    Value classes = c.layout.range(DataType.INT64, Dim.of(0), Dim.of(depth));
    for (int i = axis + 1; i < rank; i++) {
      classes = c.layout.unsqueeze(classes, classes.rank());
    }
    Value hot =
        c.math.cast(c.math.equal(c.layout.unsqueeze(positive, axis), classes), values.type());
    Value off = c.layout.squeeze(c.layout.slice(values, 0, Dim.of(0), Dim.of(1), 1), 0);
    Value on = c.layout.squeeze(c.layout.slice(values, 0, Dim.of(1), Dim.of(2), 1), 0);
    return c.math.add(c.math.mul(hot, c.math.sub(on, off)), off);
  }
}
