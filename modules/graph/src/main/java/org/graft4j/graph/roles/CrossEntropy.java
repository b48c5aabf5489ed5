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
 * The loss {@code −Σ labels · log softmax(logits)}, averaged over the rows.
 *
 * @param path the module path
 * @param logits the scores, {@code [rows, classes]}
 * @param labels one-hot or probabilities, {@code [rows, classes]}
 * @param weights a factor for each row; null when all weigh the same
 * @param output the loss, a scalar
 * @param nodes the node
 */
public record CrossEntropy(
    String path,
    Value logits,
    Value labels,
    @Nullable Value weights,
    Value output,
    List<Node> nodes)
    implements Role {}
