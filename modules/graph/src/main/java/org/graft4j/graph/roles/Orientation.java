/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

/** How the array of a linear layer's weight lies. */
public enum Orientation {
  /** Rows are inputs: {@code y = x W}, as in TensorFlow, in ONNX and in GPT-2's Conv1D. */
  IN_OUT,
  /** Rows are outputs: {@code y = x Wᵀ}, as torch's {@code nn.Linear} stores it. */
  OUT_IN
}
