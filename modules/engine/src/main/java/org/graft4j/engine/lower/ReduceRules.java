/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.lower;

import static org.graft4j.engine.lower.ElementwiseRules.unary;
import static org.graft4j.engine.lower.Site.one;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.ReduceKind;
import org.graft4j.engine.program.UnaryKind;
import org.nd4j.linalg.api.ops.BaseReduceOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.summarystats.Variance;

/** Rules for ops that put the elements of some axes together. */
final class ReduceRules {
  private ReduceRules() {}

  static void addTo(Map<String, Rule> rules) {
    plain(rules, ReduceKind.SUM, "reduce_sum");
    plain(rules, ReduceKind.MEAN, "reduce_mean");
    plain(rules, ReduceKind.MAX, "reduce_max");
    plain(rules, ReduceKind.MIN, "reduce_min");
    plain(rules, ReduceKind.PROD, "reduce_prod");
    mapped(rules, UnaryKind.ABS, ReduceKind.SUM, "asum", "reduce_norm1");
    mapped(rules, UnaryKind.ABS, ReduceKind.MEAN, "amean");
    mapped(rules, UnaryKind.ABS, ReduceKind.MAX, "amax", "reduce_normmax");
    mapped(rules, UnaryKind.ABS, ReduceKind.MIN, "amin");
    mapped(rules, UnaryKind.SQUARE, ReduceKind.SUM, "reduce_sqnorm");
    rules.put(
        "reduce_norm2",
        site -> {
          Operand squares = site.add(unary(UnaryKind.SQUARE), floating(site));
          return one(site.add(unary(UnaryKind.SQRT), reduce(site, ReduceKind.SUM, squares)));
        });
    rules.put("reduce_logsumexp", ReduceRules::logSumExp);
    rules.put("moments", ReduceRules::moments);
    rules.put("var", site -> one(variance(site)));
    rules.put("std", site -> one(site.add(unary(UnaryKind.SQRT), variance(site))));
    rules.put("standardize", ReduceRules::standardize);
    rules.put("l2_loss", ReduceRules::halfOfSquares);
  }

  private static void plain(Map<String, Rule> rules, ReduceKind kind, String op) {
    rules.put(op, site -> one(reduce(site, kind, floating(site))));
  }

  private static void mapped(
      Map<String, Rule> rules, UnaryKind map, ReduceKind kind, String... ops) {
    for (String op : ops) {
      rules.put(op, site -> one(reduce(site, kind, site.add(unary(map), floating(site)))));
    }
  }

  /** The input in the type of the result, which is floating-point for a mean of integers. */
  private static Operand floating(Site site) {
    return site.cast(site.operand(0), site.declaredType());
  }

  private static Operand reduce(Site site, ReduceKind kind, Operand x) {
    if (site.arity() > 1 && site.longs(1).length == 0) {
      return x; // as TensorFlow: no axes given means none is reduced
    }
    int[] axes = axes(site, x.shape().rank());
    return axes.length == 0 ? x : site.add(Op.Reduce.of(kind, keepAxes(site), axes), x);
  }

  private static int[] axes(Site site, int rank) {
    int[] given;
    if (site.arity() > 1) {
      given = Arrays.stream(site.longs(1)).mapToInt(Math::toIntExact).toArray();
    } else if (site.function() instanceof DynamicCustomOp) {
      given = Arrays.stream(site.integers()).mapToInt(Math::toIntExact).toArray();
    } else {
      given = site.function().getDimensions();
    }
    if (given == null || given.length == 0 || given[0] == Integer.MAX_VALUE) {
      return IntStream.range(0, rank).toArray();
    }
    return Site.axes(Arrays.stream(given).asLongStream().toArray(), rank);
  }

  private static boolean keepAxes(Site site) {
    return site.function() instanceof BaseReduceOp
        ? ((BaseReduceOp) site.function()).isKeepDims()
        : site.flag(0, false);
  }

  private static List<Term> logSumExp(Site site) {
    Operand x = floating(site);
    int[] axes = axes(site, x.shape().rank());
    Operand top = site.add(Op.Reduce.of(ReduceKind.MAX, true, axes), x);
    Operand shifted = site.add(new Op.Binary(BinaryKind.SUB), x, top);
    Operand sum =
        site.add(Op.Reduce.of(ReduceKind.SUM, true, axes), site.add(unary(UnaryKind.EXP), shifted));
    Operand result =
        site.add(new Op.Binary(BinaryKind.ADD), site.add(unary(UnaryKind.LOG), sum), top);
    return one(keepAxes(site) ? result : dropped(site, x, result, axes));
  }

  private static Operand dropped(Site site, Operand x, Operand kept, int[] axes) {
    List<Long> sizes = MovementRules.toList(x.shape());
    for (int i = axes.length - 1; i >= 0; i--) {
      sizes.remove(axes[i]);
    }
    return site.reshape(kept, MovementRules.toShape(sizes));
  }

  private static List<Term> moments(Site site) {
    Operand x = floating(site);
    int[] axes = axes(site, x.shape().rank());
    Operand mean = site.add(Op.Reduce.of(ReduceKind.MEAN, true, axes), x);
    Operand variance = meanOfSquares(site, x, mean, axes);
    if (!site.flag(0, false)) {
      return List.of(
          Term.of(dropped(site, x, mean, axes)), Term.of(dropped(site, x, variance, axes)));
    }
    return List.of(Term.of(mean), Term.of(variance));
  }

  private static Operand meanOfSquares(Site site, Operand x, Operand mean, int[] axes) {
    Operand centred = site.add(new Op.Binary(BinaryKind.SUB), x, mean);
    return site.add(
        Op.Reduce.of(ReduceKind.MEAN, true, axes), site.add(unary(UnaryKind.SQUARE), centred));
  }

  private static Operand variance(Site site) {
    Operand x = floating(site);
    int[] axes = axes(site, x.shape().rank());
    Operand mean = site.add(Op.Reduce.of(ReduceKind.MEAN, true, axes), x);
    Operand variance = meanOfSquares(site, x, mean, axes);
    if (((Variance) site.function()).isBiasCorrected()) {
      double count = 1;
      for (int axis : axes) {
        count *= x.shape().size(axis);
      }
      variance = ElementwiseRules.withScalar(site, BinaryKind.MUL, variance, count / (count - 1));
    }
    return keepAxes(site) ? variance : dropped(site, x, variance, axes);
  }

  private static List<Term> standardize(Site site) {
    Operand x = floating(site);
    int[] axes = axes(site, x.shape().rank());
    Operand mean = site.add(Op.Reduce.of(ReduceKind.MEAN, true, axes), x);
    Operand centred = site.add(new Op.Binary(BinaryKind.SUB), x, mean);
    Operand deviation = site.add(unary(UnaryKind.SQRT), meanOfSquares(site, x, mean, axes));
    return one(site.add(new Op.Binary(BinaryKind.DIV), centred, deviation));
  }

  private static List<Term> halfOfSquares(Site site) {
    Operand squares = site.add(unary(UnaryKind.SQUARE), floating(site));
    int[] axes = IntStream.range(0, squares.shape().rank()).toArray();
    Operand sum =
        axes.length == 0 ? squares : site.add(Op.Reduce.of(ReduceKind.SUM, false, axes), squares);
    return one(ElementwiseRules.withScalar(site, BinaryKind.MUL, sum, 0.5));
  }
}
