/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableMap;
import org.jspecify.annotations.Nullable;

/** Activation functions, spelled in operations whose values and gradients are right. */
final class ActivationOps {
  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

  private static final double SELU_ALPHA = 1.6732632;
  private static final double SELU_GAMMA = 1.050701;

  private ActivationOps() {}

  static ImmutableMap<String, Translation> family() {
    return new Translation.Family()
        .one("Relu", c -> c.math.relu(c.in(0)))
        .one("LeakyRelu", c -> leaky(c, c.number("alpha", 0.01)))
        .one("PRelu", ActivationOps::prelu)
        .one("Elu", c -> elu(c, c.number("alpha", 1), 1))
        .one("Celu", ActivationOps::celu)
        .one("Selu", c -> elu(c, c.number("alpha", SELU_ALPHA), c.number("gamma", SELU_GAMMA)))
        .one("Sigmoid", c -> c.math.sigmoid(c.in(0)))
        .one("HardSigmoid", c -> hardSigmoid(c, c.number("alpha", 0.2), c.number("beta", 0.5)))
        .one("HardSwish", c -> c.math.mul(c.in(0), hardSigmoid(c, 1 / 6.0, 0.5)))
        .one("Tanh", c -> c.math.tanh(c.in(0)))
        .one("Softplus", c -> c.math.softplus(c.in(0)))
        .one("Softsign", c -> c.math.div(c.in(0), c.math.add(c.math.abs(c.in(0)), 1)))
        .one("Mish", c -> c.math.mul(c.in(0), c.math.tanh(c.math.softplus(c.in(0)))))
        .one("Swish", c -> silu(c, c.number("alpha", 1)))
        .one("ThresholdedRelu", ActivationOps::thresholded)
        .one(
            "Gelu",
            c ->
                c.text("approximate", "none").equals("tanh")
                    ? tanhGelu(c, c.in(0))
                    : erfGelu(c, c.in(0)))
        .one("com.microsoft.Gelu", c -> erfGelu(c, c.in(0)))
        .one("com.microsoft.BiasGelu", c -> erfGelu(c, biased(c)))
        .one("com.microsoft.FastGelu", c -> tanhGelu(c, biased(c)))
        .one("com.microsoft.QuickGelu", c -> silu(c, c.number("alpha", 1.702)))
        .build();
  }

  private static Value biased(Call c) {
    @Nullable Value bias = c.optional(1);
    return bias == null ? c.in(0) : c.math.add(c.in(0), bias);
  }

  /** {@code x · 0.5 · (1 + erf(x / √2))}. */
  private static Value erfGelu(Call c, Value x) {
    Value inner = c.math.add(c.math.erf(c.math.mul(x, SQRT_HALF)), 1);
    return c.math.mul(c.math.mul(x, inner), 0.5);
  }

  /** {@code 0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³)))}. */
  private static Value tanhGelu(Call c, Value x) {
    Value cube = c.math.mul(c.math.pow(x, c.math.scalar(x, 3)), 0.044715);
    Value inner = c.math.tanh(c.math.mul(c.math.add(x, cube), SQRT_2_OVER_PI));
    return c.math.mul(c.math.mul(x, c.math.add(inner, 1)), 0.5);
  }

  /** {@code x · sigmoid(alpha · x)}. */
  private static Value silu(Call c, double alpha) {
    Value x = c.in(0);
    return c.math.mul(x, c.math.sigmoid(alpha == 1 ? x : c.math.mul(x, alpha)));
  }

  private static Value leaky(Call c, double alpha) {
    return c.math.unary((sd, v) -> sd.nn().leakyRelu(v, alpha), c.in(0));
  }

  private static Value prelu(Call c) {
    Value negative = c.math.relu(c.math.neg(c.in(0)));
    return c.math.sub(c.math.relu(c.in(0)), c.math.mul(negative, c.in(1)));
  }

  /** {@code gamma · (max(x, 0) + alpha · (exp(min(x, 0)) − 1))}. */
  private static Value elu(Call c, double alpha, double gamma) {
    Value x = c.in(0);
    Value below = c.math.neg(c.math.relu(c.math.neg(x)));
    Value curve = c.math.mul(c.math.add(c.math.exp(below), -1), alpha);
    Value result = c.math.add(c.math.relu(x), curve);
    return gamma == 1 ? result : c.math.mul(result, gamma);
  }

  /** {@code max(x, 0) + alpha · (exp(min(x, 0) / alpha) − 1)}. */
  private static Value celu(Call c) {
    double alpha = c.number("alpha", 1);
    Value x = c.in(0);
    Value below = c.math.neg(c.math.relu(c.math.neg(x)));
    Value curve = c.math.mul(c.math.add(c.math.exp(c.math.mul(below, 1 / alpha)), -1), alpha);
    return c.math.add(c.math.relu(x), curve);
  }

  private static Value hardSigmoid(Call c, double alpha, double beta) {
    Value line = c.math.add(c.math.mul(c.in(0), alpha), beta);
    return c.math.unary((sd, v) -> sd.math().clipByValue(v, 0, 1), line);
  }

  private static Value thresholded(Call c) {
    Value x = c.in(0);
    Value over = c.math.greater(x, c.math.scalar(x, c.number("alpha", 1)));
    return c.math.mul(x, c.math.cast(over, x.type()));
  }
}
