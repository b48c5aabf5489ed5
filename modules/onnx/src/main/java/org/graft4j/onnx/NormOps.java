/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableMap;
import org.jspecify.annotations.Nullable;

/** Normalisations, written out in operations whose gradient is right. */
final class NormOps {
  private NormOps() {}

  static ImmutableMap<String, Translation> family() {
    return new Translation.Family()
        .many("LayerNormalization", NormOps::layerNorm)
        .one("LpNormalization", NormOps::lpNorm)
        .many("RMSNormalization", NormOps::rmsNorm)
        .many("SimplifiedLayerNormalization", NormOps::rmsNorm)
        .many("com.microsoft.SimplifiedLayerNormalization", NormOps::rmsNorm)
        .many("com.microsoft.LayerNormalization", NormOps::layerNorm)
        .many("com.microsoft.SkipLayerNormalization", c -> skip(c, false))
        .many("com.microsoft.SkipSimplifiedLayerNormalization", c -> skip(c, true))
        .build();
  }

  private static Value[] layerNorm(Call c) {
    Value x = c.in(0);
    int axis = x.axis(c.integer("axis", -1));
    Value[] parts =
        c.reductions.layerNorm(x, c.in(1), c.optional(2), axis, c.number("epsilon", 1e-5));
    return c.wants(1) || c.wants(2)
        ? new Value[] {parts[0], parts[1], c.math.reciprocal(parts[2])}
        : new Value[] {parts[0]};
  }

  private static Value lpNorm(Call c) {
    Value x = c.in(0);
    int axis = x.axis(c.integer("axis", -1));
    Value norm =
        c.integer("p", 2) == 1
            ? c.reductions.sum(c.math.abs(x), true, axis)
            : c.math.sqrt(c.reductions.sum(c.math.square(x), true, axis));
    Value none = c.math.cast(c.math.equal(norm, c.math.scalar(norm, 0)), norm.type());
    return c.math.div(x, c.math.add(norm, none));
  }

  private static Value[] rmsNorm(Call c) {
    Value x = c.in(0);
    int axis = x.axis(c.integer("axis", -1));
    Value[] parts = c.reductions.rmsNorm(x, c.in(1), axis, c.number("epsilon", 1e-5));
    return c.wants(1)
        ? new Value[] {parts[0], c.math.reciprocal(parts[1])}
        : new Value[] {parts[0]};
  }

  /** Adds the skip connection (and a bias), then normalises; the fourth output is the sum. */
  private static Value[] skip(Call c, boolean simplified) {
    if (c.wants(1) || c.wants(2)) {
      throw new UnsupportedForm("its mean or deviation is used");
    }
    Value sum = c.math.add(c.in(0), c.in(1));
    @Nullable Value bias = c.optional(simplified ? 3 : 4);
    if (bias != null) {
      sum = c.math.add(sum, bias);
    }
    int last = sum.rank() - 1;
    double epsilon = c.number("epsilon", 1e-12);
    Value result =
        simplified
            ? c.reductions.rmsNorm(sum, c.in(2), last, epsilon)[0]
            : c.reductions.layerNorm(sum, c.in(2), c.optional(3), last, epsilon)[0];
    return new Value[] {result, result, result, sum};
  }
}
