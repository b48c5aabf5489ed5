/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableMap;
import org.nd4j.linalg.api.buffer.DataType;

/** Comparisons, logic and choice. */
final class LogicOps {
  private LogicOps() {}

  static ImmutableMap<String, Translation> family() {
    return new Translation.Family()
        .one("And", c -> c.math.and(c.in(0), c.in(1)))
        .one("Or", c -> c.math.or(c.in(0), c.in(1)))
        .one("Xor", c -> c.math.xor(c.in(0), c.in(1)))
        .one("Not", c -> c.math.not(c.in(0)))
        .one("Equal", c -> c.math.equal(c.in(0), c.in(1)))
        .one("Less", c -> c.math.less(c.in(0), c.in(1)))
        .one("Greater", c -> c.math.greater(c.in(0), c.in(1)))
        .one("LessOrEqual", c -> c.math.lessOrEqual(c.in(0), c.in(1)))
        .one("GreaterOrEqual", c -> c.math.greaterOrEqual(c.in(0), c.in(1)))
        .one("Where", c -> c.math.where(c.in(0), c.in(1), c.in(2)))
        .one("IsNaN", LogicOps::isNan)
        .one("IsInf", LogicOps::isInf)
        .build();
  }

  private static Value isNan(Call c) {
    Value x = c.in(0);
    return c.writer.emit(DataType.BOOL, x.dims(), (sd, v) -> sd.math().isNaN(v[0]), x).nanTestOf(x);
  }

  private static Value isInf(Call c) {
    Value x = c.in(0);
    boolean positive = c.integer("detect_positive", 1) != 0;
    boolean negative = c.integer("detect_negative", 1) != 0;
    Value infinite =
        c.writer.emit(DataType.BOOL, x.dims(), (sd, v) -> sd.math().isInfinite(v[0]), x);
    if (positive && negative) {
      return infinite;
    }
    Value zero = c.math.scalar(x, 0);
    if (!positive && !negative) {
      return c.math.and(infinite, c.math.not(infinite));
    }
    return c.math.and(infinite, positive ? c.math.greater(x, zero) : c.math.less(x, zero));
  }
}
