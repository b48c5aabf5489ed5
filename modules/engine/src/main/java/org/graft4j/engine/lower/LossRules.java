/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.lower;

import static org.graft4j.engine.lower.ElementwiseRules.unary;
import static org.graft4j.engine.lower.ElementwiseRules.withScalar;
import static org.graft4j.engine.lower.ProductRules.times;
import static org.graft4j.engine.lower.Site.one;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.CompareKind;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.ReduceKind;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.UnaryKind;
import org.nd4j.autodiff.loss.LossReduce;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Rules for the losses of SameDiff: (predictions, weights, labels), reduced as their first integer
 * says.
 */
final class LossRules {
  private LossRules() {}

  static void addTo(Map<String, Rule> rules) {
    rules.put("softmax_cross_entropy_loss", LossRules::softmaxCrossEntropy);
    rules.put("softmax_cross_entropy_loss_with_logits", LossRules::withLogits);
    rules.put("sparse_softmax_cross_entropy_loss_with_logits", LossRules::sparse);
    rules.put("sigm_cross_entropy_loss", LossRules::sigmoidCrossEntropy);
    rules.put(
        "mean_sqerr_loss",
        site -> reduced(site, site.add(unary(UnaryKind.SQUARE), difference(site))));
    rules.put(
        "absolute_difference_loss",
        site -> reduced(site, site.add(unary(UnaryKind.ABS), difference(site))));
  }

  private static Operand difference(Site site) {
    Operand predictions = site.operand(0);
    Operand labels = site.cast(site.operand(2), predictions.dataType());
    return site.add(new Op.Binary(BinaryKind.SUB), predictions, labels);
  }

  /** The op stores the reduction as the place of its constant. */
  private static LossReduce reduction(Site site) {
    return switch ((int) site.integer(0, 3)) {
      case 0 -> LossReduce.NONE;
      case 1 -> LossReduce.SUM;
      case 2 -> LossReduce.MEAN_BY_WEIGHT;
      default -> LossReduce.MEAN_BY_NONZERO_WEIGHT_COUNT;
    };
  }

  private static List<Term> softmaxCrossEntropy(Site site) {
    Operand logits = site.operand(0);
    Operand labels = smoothed(site, logits, site.cast(site.operand(2), logits.dataType()));
    return reduced(site, site.add(new Op.CrossEntropy(), logits, labels));
  }

  /** labels · (1 − s) + s / classes. */
  private static Operand smoothed(Site site, Operand logits, Operand labels) {
    double smoothing = site.real(0, 0);
    if (smoothing == 0) {
      return labels;
    }
    Operand scaled = withScalar(site, BinaryKind.MUL, labels, 1 - smoothing);
    return withScalar(site, BinaryKind.ADD, scaled, smoothing / logits.shape().size(-1));
  }

  /** −Σ labels · log softmax(logits) along an axis. */
  private static List<Term> withLogits(Site site) {
    Operand logits = site.operand(0);
    Operand labels = site.cast(site.operand(1), logits.dataType());
    int axis = Site.axis(site.integer(0, -1), logits.shape().rank());
    if (axis == logits.shape().rank() - 1) {
      return one(site.add(new Op.CrossEntropy(), logits, labels));
    }
    Operand product = times(site, labels, site.add(new Op.LogSoftmax(axis), logits));
    Operand sum = site.add(Op.Reduce.of(ReduceKind.SUM, false, axis), product);
    return one(site.add(unary(UnaryKind.NEG), sum));
  }

  private static List<Term> sparse(Site site) {
    Operand ids = site.operand(0);
    if (!ids.dataType().isIntType()) {
      ids = site.cast(ids, DataType.INT64);
    }
    return one(site.add(new Op.CrossEntropy(), site.operand(1), ids));
  }

  /** softplus(x) − x · labels. */
  private static List<Term> sigmoidCrossEntropy(Site site) {
    Operand logits = site.operand(0);
    Operand labels = site.cast(site.operand(2), logits.dataType());
    double smoothing = site.real(0, 0);
    if (smoothing != 0) {
      Operand scaled = withScalar(site, BinaryKind.MUL, labels, 1 - smoothing);
      labels = withScalar(site, BinaryKind.ADD, scaled, smoothing / 2);
    }
    Operand loss =
        site.add(
            new Op.Binary(BinaryKind.SUB),
            site.add(unary(UnaryKind.SOFTPLUS), logits),
            times(site, logits, labels));
    return reduced(site, loss);
  }

  private static List<Term> reduced(Site site, Operand loss) {
    Double weight = site.number(1);
    boolean weighted = weight == null || weight != 1;
    Operand weights = null;
    if (weighted) {
      weights = site.cast(site.operand(1), loss.dataType());
      if (weights.shape().length() == loss.shape().length()) {
        weights = site.reshape(weights, loss.shape());
      } else {
        weights = site.add(new Op.Broadcast(loss.shape()), scalar(site, weights));
      }
      loss = times(site, loss, weights);
    }
    LossReduce reduction = reduction(site);
    if (reduction == LossReduce.NONE) {
      return one(loss);
    }
    Operand sum = sum(site, loss);
    if (reduction == LossReduce.SUM) {
      return one(sum);
    }
    if (weights == null) {
      return one(withScalar(site, BinaryKind.MUL, sum, 1.0 / loss.shape().length()));
    }
    if (reduction == LossReduce.MEAN_BY_NONZERO_WEIGHT_COUNT) {
      Operand counts =
          site.add(new Op.Compare(CompareKind.NE), weights, site.scalar(weights.dataType(), 0));
      weights = site.cast(counts, loss.dataType());
    }
    return one(site.add(new Op.Binary(BinaryKind.DIV), sum, divisor(site, weights)));
  }

  /** The sum of the weights; 1 when it is 0, so that the loss is 0 then, as in SameDiff. */
  private static Operand divisor(Site site, Operand weights) {
    Operand sum = sum(site, weights);
    Operand zero = site.scalar(sum.dataType(), 0);
    Operand one = site.scalar(sum.dataType(), 1);
    return site.add(new Op.Select(), site.add(new Op.Compare(CompareKind.EQ), sum, zero), one, sum);
  }

  /** One number, however many axes it has, can be broadcast to any shape. */
  private static Operand scalar(Site site, Operand x) {
    return x.shape().length() == 1 ? site.reshape(x, Shape.scalar()) : x;
  }

  private static Operand sum(Site site, Operand x) {
    int[] axes = IntStream.range(0, x.shape().rank()).toArray();
    return axes.length == 0 ? x : site.add(Op.Reduce.of(ReduceKind.SUM, false, axes), x);
  }
}
