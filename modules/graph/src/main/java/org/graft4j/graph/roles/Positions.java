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
 * The positions of the tokens, as row numbers of an embedding or as angles of a rotation.
 *
 * @param path the module path of what reads them
 * @param source the placeholder they are; null when they are computed from the length
 * @param embedding the embedding that reads them; null for a rotation
 * @param output the positions
 * @param nodes the nodes that compute them
 */
public record Positions(
    String path,
    @Nullable Value source,
    @Nullable Embedding embedding,
    Value output,
    List<Node> nodes)
    implements Role {}
