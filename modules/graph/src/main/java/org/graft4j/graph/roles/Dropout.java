/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.List;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;

/**
 * A place where training drops elements: a product with a marked constant one.
 *
 * @param path the module path
 * @param rate the share that is dropped, in [0, 1)
 * @param input what is dropped from
 * @param output the result
 * @param nodes the node
 */
public record Dropout(String path, double rate, Value input, Value output, List<Node> nodes)
    implements Role {}
