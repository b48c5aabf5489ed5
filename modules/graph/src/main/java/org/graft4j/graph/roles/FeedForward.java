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
 * Two linear layers with an activation between them: {@code down(act(up(x)))}, or gated, {@code
 * down(act(gate(x)) · up(x))}.
 *
 * @param path the common path of the layers
 * @param up the layer that widens; in a gated one the layer that the activation does not see
 * @param gate the layer under the activation in a gated one
 * @param down the layer that narrows
 * @param activation the activation
 * @param output the output of {@code down}
 * @param nodes the nodes between the layers
 */
public record FeedForward(
    String path,
    Linear up,
    @Nullable Linear gate,
    Linear down,
    Activation activation,
    Value output,
    List<Node> nodes)
    implements Role {}
