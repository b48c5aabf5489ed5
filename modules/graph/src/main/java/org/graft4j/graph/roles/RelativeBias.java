/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.List;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;

/**
 * A learned addition to attention scores that depends on the distance of two tokens (T5).
 *
 * @param path the module path of its embedding
 * @param embedding the table, {@code [buckets, heads]}
 * @param output the addition, with the mask if the model adds it there
 * @param nodes the nodes from the embedding to the output
 */
public record RelativeBias(String path, Embedding embedding, Value output, List<Node> nodes)
    implements Role {}
