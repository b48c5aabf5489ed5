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
 * What is added to attention scores: zero where attention is allowed, very negative where not.
 *
 * @param path the module path
 * @param source the placeholder with ones for tokens and zeros for padding; null for a mask that
 *     depends on the length only
 * @param output the additive mask
 * @param nodes the nodes that compute it
 */
public record Mask(String path, @Nullable Value source, Value output, List<Node> nodes)
    implements Role {}
