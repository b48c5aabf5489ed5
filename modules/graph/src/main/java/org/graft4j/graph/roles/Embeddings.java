/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.List;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.jspecify.annotations.Nullable;

/** Finds embeddings: rows gathered from a matrix, or one-hot rows multiplied with it. */
final class Embeddings {
  private final Scan scan;

  Embeddings(Scan scan) {
    this.scan = scan;
  }

  /** Returns the embedding that the node looks up, or null. */
  @Nullable Embedding at(Node node) {
    return switch (node.op()) {
      case "gather" -> gathered(node);
      case "matmul" -> oneHot(node);
      default -> null;
    };
  }

  private @Nullable Embedding gathered(Node gather) {
    if (gather.inputs().size() < 2 || gather.attributes().findAxis().orElse(-1) != 0) {
      return null;
    }
    Value ids = gather.input(1);
    return embedding(gather, gather.input(0), ids, List.of(gather));
  }

  private @Nullable Embedding oneHot(Node matmul) {
    Node oneHot = Weights.through(matmul.input(0)).producer().orElse(null);
    if (oneHot == null || !oneHot.is("onehot") || matmul.attributes().transposeB()) {
      return null;
    }
    return embedding(matmul, matmul.input(1), oneHot.input(0), List.of(oneHot, matmul));
  }

  private @Nullable Embedding embedding(Node node, Value table, Value ids, List<Node> nodes) {
    Weight weight = Weights.of(table);
    if (weight == null
        || Weights.matrix(weight) == null
        || scan.adapters().owns(weight.base().name())) {
      return null;
    }
    return new Embedding(
        scan.paths().ofTable(node, weight.base()), ids, weight, node.output(), nodes);
  }
}
