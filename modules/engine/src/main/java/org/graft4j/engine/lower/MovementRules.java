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
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.TensorType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Rules for ops that say what a shape is, and for those that move elements without computing. */
final class MovementRules {
  // what ND4J puts before the sizes of a reshape to say that elements are in C order
  private static final long C_ORDER = -99;

  private MovementRules() {}

  static void addTo(Map<String, Rule> rules) {
    rules.put("shape_of", site -> known(longs(site.shape(0).toArray()), site));
    rules.put("shapes_of", MovementRules::shapes);
    rules.put("size", site -> known(Nd4j.scalar(site.shape(0).length()), site));
    rules.put("rank", site -> known(Nd4j.scalar(site.shape(0).rank()), site));
    rules.put("size_at", MovementRules::sizeAt);
    rules.put("zeroslike", site -> filled(site, 0));
    rules.put("zeros_like", site -> filled(site, 0));
    rules.put("ones_as", site -> filled(site, 1));
    rules.put("fill", MovementRules::fill);
    rules.put("reshape", MovementRules::reshape);
    rules.put("permute", MovementRules::permute);
    rules.put("transpose", MovementRules::permute);
    rules.put("expand_dims", MovementRules::expandDims);
    rules.put("squeeze", MovementRules::squeeze);
    rules.put("flatten_2d", MovementRules::flatten);
    rules.put("concat", MovementRules::concat);
    rules.put("stack", site -> stack(site, site.integer(0, 0)));
    rules.put("parallel_stack", site -> stack(site, 0));
    rules.put("broadcast_to", MovementRules::broadcastTo);
    rules.put("tile", MovementRules::tile);
    rules.put("pad", MovementRules::pad);
  }

  static INDArray longs(long... values) {
    return values.length == 0 ? Nd4j.empty(DataType.INT64) : Nd4j.createFromArray(values);
  }

  private static List<Term> known(INDArray value, Site site) {
    return List.of(Term.known(value.castTo(site.declaredType())));
  }

  private static List<Term> shapes(Site site) {
    List<Term> shapes = new ArrayList<>();
    for (Term input : site.inputs()) {
      shapes.add(Term.known(longs(input.shape().toArray()).castTo(site.declaredType())));
    }
    return shapes;
  }

  private static List<Term> sizeAt(Site site) {
    long axis = site.integer(0, 0);
    return known(Nd4j.scalar(site.shape(0).size((int) axis)), site);
  }

  private static List<Term> filled(Site site, double value) {
    return one(fill(site, new TensorType(site.declaredType(), site.shape(0)), value));
  }

  private static Operand fill(Site site, TensorType type, double value) {
    return site.add(new Op.Fill(type, value));
  }

  private static List<Term> fill(Site site) {
    Double value = site.arity() > 1 ? site.number(1) : Double.valueOf(site.real(0, 0));
    Shape shape = Shape.of(site.longs(0));
    if (value == null) {
      return one(
          site.add(new Op.Broadcast(shape), site.cast(site.operand(1), site.declaredType())));
    }
    return one(fill(site, new TensorType(site.declaredType(), shape), value));
  }

  private static List<Term> reshape(Site site) {
    long[] sizes = site.arity() > 1 ? site.longs(1) : site.integers();
    if (site.arity() == 1 && sizes.length > 0 && sizes[0] < -1) {
      if (sizes[0] != C_ORDER) {
        throw site.unsupported("it wants its elements in another order than C");
      }
      sizes = Arrays.copyOfRange(sizes, 1, sizes.length);
    }
    long length = site.shape(0).length();
    sizes = sizes.clone();
    int open = -1;
    long product = 1;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] == -1) {
        open = i;
      } else {
        product *= sizes[i];
      }
    }
    if (open >= 0) {
      sizes[open] = product == 0 ? 0 : length / product;
      product *= sizes[open];
    }
    if (product != length) {
      throw site.unsupported("shape " + site.shape(0) + " cannot become " + Arrays.toString(sizes));
    }
    return one(site.reshape(site.operand(0), Shape.of(sizes)));
  }

  private static List<Term> permute(Site site) {
    int rank = site.shape(0).rank();
    long[] axes = site.arity() > 1 ? site.longs(1) : site.integers();
    int[] order = new int[rank];
    for (int i = 0; i < rank; i++) {
      order[i] = axes.length == 0 ? rank - 1 - i : Site.axis(axes[i], rank);
    }
    return one(site.add(Op.Permute.of(order), site.operand(0)));
  }

  private static List<Term> expandDims(Site site) {
    Shape shape = site.shape(0);
    long given = site.arity() > 1 ? site.longs(1)[0] : site.integer(0, 0);
    int axis = Site.axis(given, shape.rank() + 1);
    List<Long> sizes = toList(shape);
    sizes.add(axis, 1L);
    return one(site.reshape(site.operand(0), toShape(sizes)));
  }

  private static List<Term> squeeze(Site site) {
    Shape shape = site.shape(0);
    int[] axes = Site.axes(site.arity() > 1 ? site.longs(1) : site.integers(), shape.rank());
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      boolean drop = axes.length == 0 ? shape.size(i) == 1 : Arrays.binarySearch(axes, i) >= 0;
      if (!drop) {
        sizes.add(shape.size(i));
      }
    }
    return one(site.reshape(site.operand(0), toShape(sizes)));
  }

  private static List<Term> flatten(Site site) {
    Shape shape = site.shape(0);
    int axis = Site.axis(site.arity() > 1 ? site.longs(1)[0] : site.integer(0, 1), shape.rank());
    long rows = 1;
    for (int i = 0; i < axis; i++) {
      rows *= shape.size(i);
    }
    long columns = rows == 0 ? 0 : shape.length() / rows;
    return one(site.reshape(site.operand(0), Shape.of(rows, columns)));
  }

  private static List<Term> concat(Site site) {
    boolean axisGiven = site.flag(0, false);
    int count = axisGiven ? site.arity() - 1 : site.arity();
    long axis = axisGiven ? site.longs(count)[0] : site.integer(0, 0);
    List<Operand> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (site.shape(i).length() > 0) {
        parts.add(site.cast(site.operand(i), site.declaredType()));
      }
    }
    if (parts.size() == 1) {
      return one(parts.get(0));
    }
    return one(
        site.addAll(new Op.Concat(Site.axis(axis, parts.get(0).shape().rank())), parts).get(0));
  }

  private static List<Term> stack(Site site, long at) {
    int axis = Site.axis(at, site.shape(0).rank() + 1);
    List<Long> sizes = toList(site.shape(0));
    sizes.add(axis, 1L);
    Shape shape = toShape(sizes);
    List<Operand> parts = new ArrayList<>();
    for (int i = 0; i < site.arity(); i++) {
      parts.add(site.reshape(site.operand(i), shape));
    }
    return one(site.addAll(new Op.Concat(axis), parts).get(0));
  }

  private static List<Term> broadcastTo(Site site) {
    Shape to = Shape.of(site.longs(1)).broadcast(site.shape(0));
    return one(broadcast(site, site.operand(0), to));
  }

  private static Operand broadcast(Site site, Operand x, Shape to) {
    return x.shape().equals(to) ? x : site.add(new Op.Broadcast(to), x);
  }

  /** [a, b] tiled r, s times: [1, a, 1, b] → [r, a, s, b] → [ra, sb]. */
  private static List<Term> tile(Site site) {
    long[] repeats = site.arity() > 1 ? site.longs(1) : site.integers();
    Shape shape = site.shape(0);
    int rank = Math.max(shape.rank(), repeats.length);
    List<Long> spread = new ArrayList<>();
    List<Long> repeated = new ArrayList<>();
    long[] result = new long[rank];
    for (int i = 0; i < rank; i++) {
      int own = i - (rank - shape.rank());
      int given = i - (rank - repeats.length);
      long size = own < 0 ? 1 : shape.size(own);
      long times = given < 0 ? 1 : repeats[given];
      if (times > 1 && size > 1) {
        spread.add(1L);
        repeated.add(times);
        spread.add(size);
        repeated.add(size);
      } else {
        spread.add(size);
        repeated.add(size * times);
      }
      result[i] = size * times;
    }
    Operand x = site.reshape(site.operand(0), toShape(spread));
    return one(site.reshape(broadcast(site, x, toShape(repeated)), Shape.of(result)));
  }

  private static List<Term> pad(Site site) {
    if (site.integer(0, 0) != 0) {
      throw site.unsupported("it pads by reflection");
    }
    long[] widths = site.longs(1);
    Double value = site.arity() > 2 ? site.number(2) : Double.valueOf(site.real(0, 0));
    if (value == null) {
      throw site.unsupported("the value it pads with depends on a placeholder");
    }
    Operand x = site.operand(0);
    for (int axis = 0; axis < site.shape(0).rank(); axis++) {
      long before = widths[2 * axis];
      long after = widths[2 * axis + 1];
      List<Operand> parts = new ArrayList<>();
      if (before > 0) {
        parts.add(fill(site, new TensorType(x.dataType(), x.shape().with(axis, before)), value));
      }
      parts.add(x);
      if (after > 0) {
        parts.add(fill(site, new TensorType(x.dataType(), x.shape().with(axis, after)), value));
      }
      if (parts.size() > 1) {
        x = site.addAll(new Op.Concat(axis), parts).get(0);
      }
    }
    return one(x);
  }

  static List<Long> toList(Shape shape) {
    List<Long> sizes = new ArrayList<>();
    for (long size : shape.toArray()) {
      sizes.add(size);
    }
    return sizes;
  }

  static Shape toShape(List<Long> sizes) {
    return Shape.of(sizes.stream().mapToLong(Long::longValue).toArray());
  }
}
