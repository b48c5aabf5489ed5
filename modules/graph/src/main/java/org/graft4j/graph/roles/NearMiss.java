/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import org.graft4j.graph.Node;

/**
 * A place that looks like a role but is none.
 *
 * @param role what it looks like, such as {@code norm}
 * @param reason what is missing or in the way
 * @param node where the search stopped
 */
public record NearMiss(String role, String reason, Node node) {
  @Override
  public String toString() {
    return role + " at '" + node.name() + "': " + reason;
  }
}
