/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableMap;
import org.nd4j.linalg.api.buffer.DataType;

/** Arithmetic, element by element. */
final class ArithmeticOps {
  private ArithmeticOps() {}

  static ImmutableMap<String, Translation> family() {
    return new Translation.Family()
        .one("Add", c -> c.math.add(c.in(0), c.in(1)))
        .one("Sub", c -> c.math.sub(c.in(0), c.in(1)))
        .one("Mul", c -> c.math.mul(c.in(0), c.in(1)))
        .one("Div", c -> c.math.div(c.in(0), c.in(1)))
        .one("Pow", c -> c.math.pow(c.in(0), c.in(1)))
        .one("Mod", ArithmeticOps::mod)
        .one("Max", c -> c.all().stream().reduce(c.math::max).orElseThrow())
        .one("Min", c -> c.all().stream().reduce(c.math::min).orElseThrow())
        .one("Sum", c -> c.all().stream().reduce(c.math::add).orElseThrow())
        .one("Mean", ArithmeticOps::mean)
        .one("Neg", c -> c.math.neg(c.in(0)))
        .one("Abs", c -> c.math.abs(c.in(0)))
        .one("Sqrt", c -> c.math.sqrt(c.in(0)))
        .one("Reciprocal", c -> c.math.reciprocal(c.in(0)))
        .one("Exp", c -> c.math.exp(c.in(0)))
        .one("Log", c -> c.math.log(c.in(0)))
        .one("Sign", c -> c.math.unary((sd, x) -> sd.math().sign(x), c.in(0)))
        .one("Floor", c -> c.math.floor(c.in(0)))
        .one("Ceil", c -> c.math.unary((sd, x) -> sd.math().ceil(x), c.in(0)))
        .one("Round", c -> c.math.round(c.in(0)))
        .one("Sin", c -> c.math.unary((sd, x) -> sd.math().sin(x), c.in(0)))
        .one("Cos", c -> c.math.unary((sd, x) -> sd.math().cos(x), c.in(0)))
        .one("Erf", c -> c.math.erf(c.in(0)))
        .one("Clip", ArithmeticOps::clip)
        .one("Cast", ArithmeticOps::cast)
        .one("CastLike", c -> castTo(c, c.in(1).type()))
        .build();
  }

  private static Value mean(Call c) {
    Value sum = c.all().stream().reduce(c.math::add).orElseThrow();
    return c.count() == 1 ? sum : c.math.div(sum, c.math.scalar(sum, c.count()));
  }

  private static Value mod(Call c) {
    Value a = c.in(0);
    Value b = c.in(1);
    if (c.integer("fmod", 0) == 0) {
      if (a.type().isFPType()) {
        throw new UnsupportedForm("fmod 0 for floating-point numbers");
      }
      return c.math.binary(a.type(), (sd, x, y) -> sd.math().floorMod(x, y), a, b);
    }
    if (a.type().isFPType()) {
      Value quotient = c.math.div(a, b);
      Value sign = c.math.unary((sd, x) -> sd.math().sign(x), quotient);
      return c.math.sub(a, c.math.mul(b, c.math.mul(sign, c.math.floor(c.math.abs(quotient)))));
    }
    return c.math.binary(a.type(), (sd, x, y) -> sd.math().mod(x, y), a, b);
  }

  private static Value clip(Call c) {
    Value x = c.in(0);
    Value least = c.has("min") ? c.math.scalar(x, c.number("min", 0)) : c.optional(1);
    Value most = c.has("max") ? c.math.scalar(x, c.number("max", 0)) : c.optional(2);
    if (least != null && most != null && x.type().isFPType()) {
      Double low = Elementwise.number(least);
      Double high = Elementwise.number(most);
      if (low != null && high != null && low <= high) {
        return c.math.unary((sd, v) -> sd.math().clipByValue(v, low, high), x);
      }
    }
    Value result = least == null ? x : c.math.max(x, least);
    return most == null ? result : c.math.min(result, most);
  }

  private static Value cast(Call c) {
    long to = c.integer("to", 0);
    ElementType element = ElementType.of((int) to);
    if (element == null) {
      throw new UnsupportedForm("element type " + to);
    }
    return castTo(c, element.becomes());
  }

  private static Value castTo(Call c, DataType type) {
    return c.math.cast(c.in(0), type);
  }
}
