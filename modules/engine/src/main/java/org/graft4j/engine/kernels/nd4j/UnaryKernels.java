/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.nd4j;

import java.util.List;
import org.graft4j.engine.program.UnaryKind;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.RectifiedLinear;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.api.ops.impl.transforms.floating.RSqrt;
import org.nd4j.linalg.api.ops.impl.transforms.floating.Sqrt;
import org.nd4j.linalg.api.ops.impl.transforms.same.Abs;
import org.nd4j.linalg.api.ops.impl.transforms.same.Ceil;
import org.nd4j.linalg.api.ops.impl.transforms.same.Floor;
import org.nd4j.linalg.api.ops.impl.transforms.same.Negative;
import org.nd4j.linalg.api.ops.impl.transforms.same.Reciprocal;
import org.nd4j.linalg.api.ops.impl.transforms.same.Sign;
import org.nd4j.linalg.api.ops.impl.transforms.same.Square;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Cos;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Erf;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Rint;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sigmoid;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sin;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Tanh;

/**
 * Element-wise functions and their derivatives.
 *
 * <p>Compositions write the output in their last call only and keep everything else in scratch
 * arrays, so that the output may lie over an input. ND4J's own GELU ops are not used: one lacks the
 * cubic term, the other is the sigmoid approximation.
 */
final class UnaryKernels {
  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double TANH_SCALE = Math.sqrt(2 / Math.PI);
  private static final double TANH_CUBIC = 0.044715;
  private static final double QUICK = 1.702;

  private UnaryKernels() {}

  /** Scratch arrays of the operand's size that a function needs. */
  static int workspaces(UnaryKind kind) {
    return switch (kind) {
      case GELU_ERF, GELU_TANH, QUICK_GELU, SILU, SOFTPLUS -> 1;
      default -> 0;
    };
  }

  /** Scratch arrays of the operand's size that a derivative needs. */
  static int gradWorkspaces(UnaryKind kind) {
    return switch (kind) {
      case GELU_TANH -> 3;
      case GELU_ERF, QUICK_GELU, SILU -> 2;
      default -> 1;
    };
  }

  static void bind(UnaryKind kind, INDArray x, INDArray out, List<INDArray> scratch, Steps steps) {
    switch (kind) {
      case NEG -> steps.legacy(new Negative(x, out));
      case ABS -> steps.legacy(new Abs(x, out));
      case EXP -> steps.legacy(new Exp(x, out));
      case LOG -> steps.legacy(new Log(x, out));
      case SQRT -> steps.legacy(new Sqrt(x, out));
      case RSQRT -> steps.legacy(new RSqrt(x, out));
      case RECIPROCAL -> steps.legacy(new Reciprocal(x, out));
      case SQUARE -> steps.legacy(new Square(x, out));
      case TANH -> steps.legacy(new Tanh(x, out));
      case SIGMOID -> steps.legacy(new Sigmoid(x, out));
      case RELU -> steps.legacy(new RectifiedLinear(x, out, 0));
      case ERF -> steps.legacy(new Erf(x, out));
      case SIN -> steps.legacy(new Sin(x, out));
      case COS -> steps.legacy(new Cos(x, out));
      case FLOOR -> steps.legacy(new Floor(x, out));
      case CEIL -> steps.legacy(new Ceil(x, out));
      case ROUND -> steps.legacy(new Rint(x, out));
      case SIGN -> steps.legacy(new Sign(x, out));
      case GELU_ERF -> {
        normalCdf(x, scratch.get(0), steps);
        steps.call("multiply", out, x, scratch.get(0));
      }
      case GELU_TANH -> {
        tanhOfCubic(x, scratch.get(0), steps);
        steps.scalar("add", scratch.get(0), scratch.get(0), 1);
        steps.scalar("multiply", scratch.get(0), scratch.get(0), 0.5);
        steps.call("multiply", out, x, scratch.get(0));
      }
      case QUICK_GELU, SILU -> {
        sigmoidOfScaled(kind, x, scratch.get(0), steps);
        steps.call("multiply", out, x, scratch.get(0));
      }
      case SOFTPLUS -> softplus(x, out, scratch.get(0), steps);
    }
  }

  /**
   * dx from the function's input or output (whichever {@link UnaryKind#derivative()} says) and dy.
   */
  static void bindGrad(
      UnaryKind kind, INDArray v, INDArray dy, INDArray out, List<INDArray> scratch, Steps steps) {
    INDArray t = scratch.get(0);
    switch (kind) {
      case SQRT -> {
        steps.legacy(new Reciprocal(v, t));
        steps.scalar("multiply", t, t, 0.5);
      }
      case RSQRT -> {
        steps.legacy(new Square(v, t));
        steps.call("multiply", t, t, v);
        steps.scalar("multiply", t, t, -0.5);
      }
      case RECIPROCAL -> {
        steps.legacy(new Square(v, t));
        steps.legacy(new Negative(t, t));
      }
      case TANH -> {
        steps.legacy(new Square(v, t));
        steps.scalar("reversesubtract", t, t, 1);
      }
      case SIGMOID -> {
        steps.scalar("reversesubtract", t, v, 1);
        steps.call("multiply", t, t, v);
      }
      case RELU -> steps.legacy(new Step(v, t));
      case SQUARE -> steps.scalar("multiply", t, v, 2);
      case ERF -> {
        steps.legacy(new Square(v, t));
        steps.legacy(new Negative(t, t));
        steps.legacy(new Exp(t, t));
        steps.scalar("multiply", t, t, 2 / Math.sqrt(Math.PI));
      }
      case SIN -> steps.legacy(new Cos(v, t));
      case COS -> {
        steps.legacy(new Sin(v, t));
        steps.legacy(new Negative(t, t));
      }
      case SOFTPLUS -> steps.legacy(new Sigmoid(v, t));
      case GELU_ERF -> {
        INDArray density = scratch.get(1);
        normalCdf(v, t, steps);
        steps.legacy(new Square(v, density));
        steps.scalar("multiply", density, density, -0.5);
        steps.legacy(new Exp(density, density));
        steps.scalar("multiply", density, density, 1 / Math.sqrt(2 * Math.PI));
        steps.call("multiply", density, density, v);
        steps.call("add", t, t, density);
      }
      case GELU_TANH -> geluTanhGrad(v, t, scratch.get(1), scratch.get(2), steps);
      case QUICK_GELU, SILU -> {
        INDArray s = scratch.get(1);
        sigmoidOfScaled(kind, v, s, steps);
        steps.scalar("reversesubtract", t, s, 1);
        steps.call("multiply", t, t, v);
        steps.scalar("multiply", t, t, kind == UnaryKind.SILU ? 1 : QUICK);
        steps.scalar("add", t, t, 1);
        steps.call("multiply", t, t, s);
      }
      default ->
          throw new IllegalStateException(
              "the derivative of " + kind + " is made of other instructions");
    }
    steps.call("multiply", out, dy, t);
  }

  /** (1 + erf(x/√2)) / 2. */
  private static void normalCdf(INDArray x, INDArray t, Steps steps) {
    steps.scalar("multiply", t, x, SQRT_HALF);
    steps.legacy(new Erf(t, t));
    steps.scalar("add", t, t, 1);
    steps.scalar("multiply", t, t, 0.5);
  }

  /** tanh(√(2/π)·(x + 0.044715x³)). */
  private static void tanhOfCubic(INDArray x, INDArray t, Steps steps) {
    steps.legacy(new Square(x, t));
    steps.scalar("multiply", t, t, TANH_SCALE * TANH_CUBIC);
    steps.scalar("add", t, t, TANH_SCALE);
    steps.call("multiply", t, t, x);
    steps.legacy(new Tanh(t, t));
  }

  /** t = (1+h)/2 + x/2·(1−h²)·u′ with h = tanh u and u′ = √(2/π)·(1 + 3·0.044715x²). */
  private static void geluTanhGrad(
      INDArray x, INDArray t, INDArray h, INDArray slope, Steps steps) {
    tanhOfCubic(x, h, steps);
    steps.legacy(new Square(x, slope));
    steps.scalar("multiply", slope, slope, 3 * TANH_SCALE * TANH_CUBIC);
    steps.scalar("add", slope, slope, TANH_SCALE);
    steps.legacy(new Square(h, t));
    steps.scalar("reversesubtract", t, t, 1);
    steps.call("multiply", t, t, x);
    steps.call("multiply", t, t, slope);
    steps.call("add", t, t, h);
    steps.scalar("add", t, t, 1);
    steps.scalar("multiply", t, t, 0.5);
  }

  private static void sigmoidOfScaled(UnaryKind kind, INDArray x, INDArray t, Steps steps) {
    if (kind == UnaryKind.SILU) {
      steps.legacy(new Sigmoid(x, t));
    } else {
      steps.scalar("multiply", t, x, QUICK);
      steps.legacy(new Sigmoid(t, t));
    }
  }

  /** max(x, 0) + ln(1 + e^−|x|): does not overflow. */
  private static void softplus(INDArray x, INDArray out, INDArray t, Steps steps) {
    steps.legacy(new Abs(x, t));
    steps.legacy(new Negative(t, t));
    steps.legacy(new Exp(t, t));
    steps.scalar("add", t, t, 1);
    steps.legacy(new Log(t, t));
    steps.legacy(new RectifiedLinear(x, out, 0));
    steps.call("add", out, out, t);
  }
}
