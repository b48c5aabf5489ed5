/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.List;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.jspecify.annotations.Nullable;

/**
 * A normalisation over the last axis.
 *
 * @param path the module path
 * @param kind which normalisation
 * @param input what is normalised
 * @param gamma the scale, {@code [features]}
 * @param weight what the model stores of the scale: γ, or w where γ is {@code 1 + w}
 * @param beta the shift, {@code [features]}
 * @param epsilon what is added to the mean of squares
 * @param output the result, shaped as the input
 * @param nodes the nodes of the role
 */
public record Norm(
    String path,
    Kind kind,
    Value input,
    Value gamma,
    Value weight,
    @Nullable Value beta,
    double epsilon,
    Value output,
    List<Node> nodes)
    implements Role {

  /** The normalisations. */
  public enum Kind {
    /** {@code (x − mean(x)) / sqrt(mean((x − mean(x))²) + ε) · γ + β} (arXiv:1607.06450). */
    LAYER,
    /** {@code x / sqrt(mean(x²) + ε) · γ} (arXiv:1910.07467). */
    RMS
  }
}
