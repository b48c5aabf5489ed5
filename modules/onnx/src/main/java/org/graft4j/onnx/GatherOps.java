/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Operators that look up elements by index. */
final class GatherOps {
  private GatherOps() {}

  static ImmutableMap<String, Translation> family() {
    return new Translation.Family()
        .one("Gather", GatherOps::gather)
        .one("GatherElements", GatherOps::gatherElements)
        .one("GatherND", GatherOps::gatherNd)
        .build();
  }

  private static Value gather(Call c) {
    Value table = c.in(0);
    Value indices = c.in(1);
    int axis = table.axis(c.integer("axis", 0));
    if (indices.isConstant() && indices.hasRank() && indices.rank() <= 1) {
      long[] at = c.constant(indices, "indices");
      boolean run = at.length > 0;
      for (int i = 1; i < at.length; i++) {
        run &= at[i] == at[i - 1] + 1;
      }
      if (run && !table.isConstant()) {
        return consecutive(c, table, axis, at, indices.isScalar());
      }
    }
    return c.layout.gather(table, positive(c, indices, table, axis), axis);
  }

  /** A run of constant indices is a slice, which has a gradient. */
  private static Value consecutive(Call c, Value x, int axis, long[] at, boolean scalar) {
    Dim size = x.dim(axis);
    Dim begin = Dim.of(at[0]);
    Dim end = Dim.of(at[at.length - 1] + 1);
    if (at[0] < 0) {
      begin = Dim.compute(Dim.Operation.ADD, size, begin);
      end = Dim.compute(Dim.Operation.ADD, size, end);
    }
    Value slice = c.layout.slice(x, axis, begin, end, 1);
    return scalar ? c.layout.squeeze(slice, axis) : slice;
  }

  /**
   * Counts negative indices from the front. Indices that come from the graph's inputs into a table
   * of weights are taken as they are: they are token ids.
   */
  private static Value positive(Call c, Value indices, Value table, int axis) {
    Dim size = table.dim(axis);
    if (indices.isConstant()) {
      INDArray array = GraphWriter.array(indices);
      if (array.isEmpty()) {
        return indices;
      }
      long least = array.minNumber().longValue();
      long most = array.maxNumber().longValue();
      if (size.isKnown() && (most >= size.known() || least < -size.known())) {
        throw new UnsupportedForm(
            "an index is outside of its input of length "
                + size
                + ": "
                + (least < 0 ? least : most));
      }
      if (least >= 0) {
        return indices;
      }
    } else if (table.isConstant() || table.isLearned()) {
      return indices;
    }
    Value zero = c.math.scalar(indices, 0);
    Value negative = c.math.cast(c.math.less(indices, zero), indices.type());
    Value whole = Value.shape(indices.type(), new Dim[] {size}, true);
    return c.math.add(indices, c.math.mul(negative, whole));
  }

  /** Looks up along the last axis of a flattened value: row number times row length plus index. */
  private static Value gatherElements(Call c) {
    Value data = c.in(0);
    Value indices = c.in(1);
    int rank = data.rank();
    int axis = data.axis(c.integer("axis", 0));
    for (int i = 0; i < rank; i++) {
      if (i != axis && !data.dim(i).equals(indices.dim(i))) {
        throw new UnsupportedForm("its inputs differ in dimension " + i);
      }
    }
    int[] order = new int[rank];
    for (int i = 0; i < rank; i++) {
      order[i] = i == axis ? rank - 1 : i == rank - 1 ? axis : i;
    }
    Value at = c.layout.permute(positive(c, indices, data, axis), order);
    Value from = c.layout.permute(data, order);
    Dim length = from.dim(rank - 1);
    Dim rows = ShapeOps.product(from, 0, rank - 1);
    Value flatAt = c.layout.reshape(c.math.cast(at, DataType.INT64), rows, at.dim(rank - 1));
    Value offsets =
        c.math.mul(
            c.layout.unsqueeze(c.layout.range(DataType.INT64, Dim.of(0), rows), 1),
            c.writer.vector(length));
    Value flat = c.layout.reshape(from, Dims.product(new Dim[] {rows, length}));
    Value taken = c.layout.gather(flat, c.math.add(flatAt, offsets), 0);
    Dim[] dims = at.dims();
    if (dims == null) {
      throw new UnsupportedForm("its input has an unknown number of dimensions");
    }
    return c.layout.permute(c.layout.reshape(taken, dims), order);
  }

  private static Value gatherNd(Call c) {
    Value data = c.in(0);
    Value indices = c.in(1);
    if (c.integer("batch_dims", 0) != 0) {
      throw new UnsupportedForm("batch_dims " + c.integer("batch_dims", 0));
    }
    Dim depth = indices.dim(indices.rank() - 1);
    if (!depth.isKnown()) {
      throw new UnsupportedForm("the length of its index tuples is open");
    }
    int tuple = (int) depth.known();
    int kept = data.rank() - tuple;
    Dim[] dims = new Dim[indices.rank() - 1 + kept];
    for (int i = 0; i < dims.length; i++) {
      dims[i] =
          i < indices.rank() - 1 ? indices.dim(i) : data.dim(tuple + i - (indices.rank() - 1));
    }
    if (data.type() == DataType.BOOL) {
      Value numbers = c.math.cast(data, DataType.FLOAT);
      return c.math.cast(nd(c, numbers, indices, Arrays.copyOf(dims, dims.length)), DataType.BOOL);
    }
    return nd(c, data, indices, dims);
  }

  private static Value nd(Call c, Value data, Value indices, Dim[] dims) {
    return c.writer
        .emit(data.type(), dims, (sd, v) -> sd.gatherNd(v[0], v[1]), data, indices)
        .learned(data.isLearned());
  }
}
