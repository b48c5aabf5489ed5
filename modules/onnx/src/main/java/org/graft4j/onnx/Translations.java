/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableMap;

/** The translations of all operators by their qualified names. */
final class Translations {
  static final ImmutableMap<String, Translation> ALL =
      ImmutableMap.<String, Translation>builder()
          .putAll(ArithmeticOps.family())
          .putAll(LogicOps.family())
          .putAll(ActivationOps.family())
          .putAll(MatMulOps.family())
          .putAll(ShapeOps.family())
          .putAll(FillOps.family())
          .putAll(SliceOps.family())
          .putAll(GatherOps.family())
          .putAll(ReduceOps.family())
          .putAll(NormOps.family())
          .putAll(RotaryOps.family())
          .putAll(AttentionOps.family())
          .buildOrThrow();

  private Translations() {}
}
