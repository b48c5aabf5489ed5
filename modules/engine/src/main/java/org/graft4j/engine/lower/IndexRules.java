/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.lower;

import static org.graft4j.engine.lower.Site.one;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Shape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Rules for ops that pick elements by their place. */
final class IndexRules {
  private IndexRules() {}

  static void addTo(Map<String, Rule> rules) {
    rules.put("gather", IndexRules::gather);
    rules.put("embedding_lookup", IndexRules::gather);
    rules.put("gather_nd", IndexRules::gatherNd);
    rules.put("slice", IndexRules::slice);
    rules.put("strided_slice", IndexRules::stridedSlice);
    rules.put("split", IndexRules::split);
    rules.put("split_v", IndexRules::splitV);
    rules.put("unstack", IndexRules::unstack);
    rules.put("onehot", IndexRules::oneHot);
    rules.put("reverse", IndexRules::reverse);
    rules.put("reverse_v2", IndexRules::reverse);
  }

  private static List<Term> gather(Site site) {
    Operand table = site.operand(0);
    long axis = site.arity() > 2 ? site.longs(2)[0] : site.integer(0, 0);
    Operand ids;
    if (site.arity() > 1) {
      ids = site.operand(1);
    } else {
      long[] integers = site.integers();
      INDArray given = MovementRules.longs(Arrays.copyOfRange(integers, 1, integers.length));
      ids = site.operand(Term.known(given));
    }
    if (!ids.dataType().isIntType()) {
      ids = site.cast(ids, DataType.INT64);
    }
    return one(site.add(new Op.Gather(Site.axis(axis, table.shape().rank())), table, ids));
  }

  /** Leading axes that the ids name are put together, and so are the ids. */
  private static List<Term> gatherNd(Site site) {
    Operand table = site.operand(0);
    Operand ids = site.cast(site.operand(1), DataType.INT64);
    Shape idShape = ids.shape();
    int named = Math.toIntExact(idShape.size(-1));
    long[] sizes = table.shape().toArray();
    Shape rows = Shape.of(Arrays.copyOf(idShape.toArray(), idShape.rank() - 1));
    INDArray known = site.known(1);
    if (known != null && named > 0) {
      Operand flat = site.operand(Term.known(flatIds(known, sizes, named, rows)));
      return one(site.add(new Op.Gather(0), merged(site, table, named), flat));
    }
    Operand flat = null;
    long stride = 1;
    for (int i = named - 1; i >= 0; i--) {
      Operand part =
          site.reshape(site.add(Op.Slice.along(idShape, idShape.rank() - 1, i, i + 1), ids), rows);
      if (stride > 1) {
        part = ElementwiseRules.withScalar(site, BinaryKind.MUL, part, (double) stride);
      }
      flat = flat == null ? part : site.add(new Op.Binary(BinaryKind.ADD), flat, part);
      stride *= sizes[i];
    }
    if (flat == null) {
      throw site.unsupported("its ids name no axis");
    }
    return one(site.add(new Op.Gather(0), merged(site, table, named), flat));
  }

  private static INDArray flatIds(INDArray ids, long[] sizes, int named, Shape rows) {
    long[] numbers = ids.reshape(ids.length()).toLongVector();
    long[] flat = new long[numbers.length / named];
    for (int i = 0; i < flat.length; i++) {
      for (int j = 0; j < named; j++) {
        flat[i] = flat[i] * sizes[j] + numbers[i * named + j];
      }
    }
    return MovementRules.longs(flat).reshape(rows.toArray());
  }

  /** The first axes of a table put together. */
  private static Operand merged(Site site, Operand table, int count) {
    long[] sizes = table.shape().toArray();
    long[] merged = Arrays.copyOfRange(sizes, count - 1, sizes.length);
    merged[0] = Arrays.stream(sizes).limit(count).reduce(1, (a, b) -> a * b);
    return site.reshape(table, Shape.of(merged));
  }

  private static List<Term> slice(Site site) {
    Shape shape = site.shape(0);
    int rank = shape.rank();
    long[] integers = site.integers();
    long[] begin = site.arity() > 1 ? site.longs(1) : Arrays.copyOf(integers, rank);
    long[] size = site.arity() > 2 ? site.longs(2) : Arrays.copyOfRange(integers, rank, 2 * rank);
    long[] end = new long[rank];
    long[] step = new long[rank];
    Arrays.fill(step, 1);
    for (int i = 0; i < rank; i++) {
      end[i] = size[i] == -1 ? shape.size(i) : begin[i] + size[i];
    }
    return one(part(site, site.operand(0), begin, end, step));
  }

  static Operand part(Site site, Operand x, long[] begin, long[] end, long[] step) {
    Shape shape = x.shape();
    boolean whole = true;
    for (int i = 0; i < shape.rank(); i++) {
      whole &= begin[i] == 0 && end[i] == shape.size(i) && step[i] == 1;
    }
    return whole ? x : site.add(Op.Slice.of(begin, end, step), x);
  }

  private static List<Term> stridedSlice(Site site) {
    Bounds bounds = Bounds.of(site);
    Operand x = site.operand(0);
    for (int axis : bounds.backward()) {
      x = reversed(site, x, axis);
    }
    Operand result = part(site, x, bounds.begin(), bounds.end(), bounds.step());
    return one(site.reshape(result, bounds.result()));
  }

  /** An axis back to front. */
  private static Operand reversed(Site site, Operand x, int axis) {
    int size = Math.toIntExact(x.shape().size(axis));
    long[] order = new long[size];
    Arrays.setAll(order, i -> size - 1L - i);
    Operand ids = site.operand(Term.known(MovementRules.longs(order)));
    return site.add(new Op.Gather(axis), x, ids);
  }

  private static List<Term> reverse(Site site) {
    Operand x = site.operand(0);
    long[] axes = site.arity() > 1 ? site.longs(1) : site.integers();
    for (int axis : Site.axes(axes, x.shape().rank())) {
      x = reversed(site, x, axis);
    }
    return one(x);
  }

  private static List<Term> split(Site site) {
    int data = 0;
    long axis = site.integer(1, 0);
    if (site.arity() > 1) {
      // either order of axis and data, the scalar is the axis
      data = site.shape(0).rank() == 0 || site.shape(0).length() == 1 ? 1 : 0;
      axis = site.longs(1 - data)[0];
    }
    Operand x = site.operand(data);
    int at = Site.axis(axis, x.shape().rank());
    int count = Math.toIntExact(site.integer(0, site.node().outputs().size()));
    long[] sizes = new long[count];
    Arrays.fill(sizes, x.shape().size(at) / count);
    return parts(site, x, at, sizes);
  }

  private static List<Term> splitV(Site site) {
    Operand x = site.operand(0);
    long axis = site.arity() > 2 ? site.longs(2)[0] : site.integer(0, 0);
    return parts(site, x, Site.axis(axis, x.shape().rank()), site.longs(1));
  }

  private static List<Term> parts(Site site, Operand x, int axis, long[] sizes) {
    List<Term> parts = new ArrayList<>();
    long begin = 0;
    for (long size : sizes) {
      parts.add(Term.of(site.add(Op.Slice.along(x.shape(), axis, begin, begin + size), x)));
      begin += size;
    }
    return parts;
  }

  private static List<Term> unstack(Site site) {
    Operand x = site.operand(0);
    int axis = Site.axis(site.integer(0, 0), x.shape().rank());
    List<Long> sizes = MovementRules.toList(x.shape());
    sizes.remove(axis);
    Shape shape = MovementRules.toShape(sizes);
    List<Term> parts = new ArrayList<>();
    for (long i = 0; i < x.shape().size(axis); i++) {
      Operand part = site.add(Op.Slice.along(x.shape(), axis, i, i + 1), x);
      parts.add(Term.of(site.reshape(part, shape)));
    }
    return parts;
  }

  private static List<Term> oneHot(Site site) {
    Operand ids = site.operand(0);
    long[] depths = site.arity() > 1 ? site.longs(1) : new long[] {site.integer(1, 0)};
    Double on = site.arity() > 2 ? site.number(2) : Double.valueOf(site.real(0, 1));
    Double off = site.arity() > 3 ? site.number(3) : Double.valueOf(site.real(1, 0));
    if (on == null || off == null) {
      throw site.unsupported("its values depend on a placeholder");
    }
    if (!ids.dataType().isIntType()) {
      ids = site.cast(ids, DataType.INT64);
    }
    Operand last = site.add(new Op.OneHot(depths[0], on, off, site.declaredType()), ids);
    int rank = last.shape().rank();
    int axis = Site.axis(site.integer(0, -1), rank);
    if (axis == rank - 1) {
      return one(last);
    }
    int[] order = new int[rank];
    for (int i = 0; i < rank; i++) {
      order[i] = i == axis ? rank - 1 : i < axis ? i : i - 1;
    }
    return one(site.add(Op.Permute.of(order), last));
  }
}
