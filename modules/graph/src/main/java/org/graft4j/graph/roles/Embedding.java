/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.List;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;

/**
 * A table whose rows are taken by number.
 *
 * @param path the module path
 * @param ids the row numbers, integers
 * @param table the table, {@code [rows, features]}
 * @param output the rows, the shape of {@code ids} and one axis more
 * @param nodes the nodes of the role
 */
public record Embedding(String path, Value ids, Weight table, Value output, List<Node> nodes)
    implements Role {}
