/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.List;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;

/**
 * A pointwise non-linearity.
 *
 * @param path the module path
 * @param kind which function
 * @param input its argument
 * @param output its value
 * @param nodes the nodes of the role
 */
public record Activation(String path, Kind kind, Value input, Value output, List<Node> nodes)
    implements Role {

  /** The functions. */
  public enum Kind {
    /** {@code max(x, 0)}. */
    RELU,
    /** {@code x/2 (1 + erf(x/√2))} (arXiv:1606.08415). */
    GELU_ERF,
    /** {@code x/2 (1 + tanh(√(2/π) (x + 0.044715 x³)))}. */
    GELU_TANH,
    /** {@code x σ(1.702 x)}. */
    QUICK_GELU,
    /** {@code x σ(x)}. */
    SILU,
    /** The hyperbolic tangent. */
    TANH,
    /** {@code 1 / (1 + exp(−x))}. */
    SIGMOID
  }
}
