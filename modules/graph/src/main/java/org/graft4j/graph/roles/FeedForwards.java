/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.graft4j.graph.roles.Projections.Origin;
import org.jspecify.annotations.Nullable;

/** Finds feed-forward blocks, from their activations. */
final class FeedForwards {
  private static final Set<String> BETWEEN = Set.of("identity", "cast", "multiply", "reshape");

  private final Projections projections;
  private final Scan scan;

  FeedForwards(Scan scan, Projections projections) {
    this.scan = scan;
    this.projections = projections;
  }

  /** Returns the block around an activation, or null. */
  @Nullable FeedForward around(Activation activation) {
    Origin under = projections.direct(activation.input());
    if (under == null) {
      return null;
    }
    List<Node> nodes = new ArrayList<>(activation.nodes());
    List<Node> passed = new ArrayList<>();
    Linear down = projections.reader(activation.output(), BETWEEN, passed);
    if (down == null || down.inFeatures() != under.features()) {
      return null;
    }
    nodes.addAll(passed);
    Origin beside = null;
    for (Node node : passed) {
      if (node.is("multiply")) {
        Origin left = projections.direct(node.input(0));
        Origin right = projections.direct(node.input(1));
        beside = left != null ? left : right;
      }
    }
    if (beside == null && down.outFeatures() != under.linear().inFeatures()) {
      return null;
    }
    Linear up = (beside == null ? under : beside).linear();
    List<String> paths = List.of(up.path(), under.linear().path(), down.path());
    String common = ModulePaths.common(paths);
    return new FeedForward(
        common.isEmpty() ? ModulePaths.parent(up.path()) : common,
        beside == null ? up : named(up, under, beside),
        beside == null ? null : named(under.linear(), under, beside),
        down,
        activation,
        down.output(),
        scan.sorted(nodes));
  }

  private static Linear named(Linear linear, Origin gate, Origin up) {
    Slice gateSlice = gate.slice();
    Slice upSlice = up.slice();
    Value none = linear.output();
    return gateSlice == null || upSlice == null
        ? linear
        : linear.withSliceNames(
            Map.of(
                gateSlice.value().name(), "gate", upSlice.value().name(), "up", none.name(), ""));
  }
}
