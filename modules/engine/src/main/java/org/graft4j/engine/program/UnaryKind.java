/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.program;

/** The element-wise functions of one operand. */
public enum UnaryKind {
  /** −x. */
  NEG(Derivative.OTHER),
  /** |x|. */
  ABS(Derivative.OTHER),
  /** eˣ. */
  EXP(Derivative.OTHER),
  /** ln x. */
  LOG(Derivative.OTHER),
  /** √x. */
  SQRT(Derivative.OF_OUTPUT),
  /** 1/√x. */
  RSQRT(Derivative.OF_OUTPUT),
  /** 1/x. */
  RECIPROCAL(Derivative.OF_OUTPUT),
  /** x². */
  SQUARE(Derivative.OF_INPUT),
  /** tanh x. */
  TANH(Derivative.OF_OUTPUT),
  /** 1/(1+e⁻ˣ). */
  SIGMOID(Derivative.OF_OUTPUT),
  /** max(x, 0). */
  RELU(Derivative.OF_OUTPUT),
  /** The error function. */
  ERF(Derivative.OF_INPUT),
  /** sin x. */
  SIN(Derivative.OF_INPUT),
  /** cos x. */
  COS(Derivative.OF_INPUT),
  /** x/2·(1+erf(x/√2)). */
  GELU_ERF(Derivative.OF_INPUT),
  /** x/2·(1+tanh(√(2/π)·(x+0.044715x³))). */
  GELU_TANH(Derivative.OF_INPUT),
  /** x·sigmoid(1.702x). */
  QUICK_GELU(Derivative.OF_INPUT),
  /** x·sigmoid(x). */
  SILU(Derivative.OF_INPUT),
  /** ln(1+eˣ). */
  SOFTPLUS(Derivative.OF_INPUT),
  /** The largest integer that is not above x. */
  FLOOR(Derivative.ZERO),
  /** The smallest integer that is not below x. */
  CEIL(Derivative.ZERO),
  /** The nearest integer, ties to even. */
  ROUND(Derivative.ZERO),
  /** −1, 0 or 1. */
  SIGN(Derivative.ZERO);

  /** How the derivative of a kind is had. */
  public enum Derivative {
    /** By {@link Op.UnaryGrad} from the input. */
    OF_INPUT,
    /** By {@link Op.UnaryGrad} from the output. */
    OF_OUTPUT,
    /** Zero almost everywhere. */
    ZERO,
    /** By other instructions. */
    OTHER
  }

  private final Derivative derivative;

  UnaryKind(Derivative derivative) {
    this.derivative = derivative;
  }

  /**
   * Returns how the derivative is had.
   *
   * @return the form
   */
  public Derivative derivative() {
    return derivative;
  }
}
