/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import static java.util.stream.Collectors.joining;

import java.util.List;

/**
 * What a configuration would adapt in a graph, found without changing it.
 *
 * @param sites the layers that match, in the order of the graph
 * @param misses the layers that nearly match, and why they do not
 */
public record AdapterPlan(List<Site> sites, List<Miss> misses) {

  /**
   * Copies the lists.
   *
   * @param sites the layers that match
   * @param misses the layers that nearly match
   */
  public AdapterPlan {
    sites = List.copyOf(sites);
    misses = List.copyOf(misses);
  }

  /**
   * A layer that matches.
   *
   * @param path its module path
   * @param weight the name of its weight
   * @param in the number of input features
   * @param out the number of output features
   */
  public record Site(String path, String weight, long in, long out) {}

  /**
   * A layer that nearly matches.
   *
   * @param path its module path
   * @param reason why it is not adapted
   */
  public record Miss(String path, String reason) {}

  /** Returns one line for each layer. */
  @Override
  public String toString() {
    return sites.stream()
            .map(s -> "adapt " + s.path() + " [" + s.in() + " -> " + s.out() + "]\n")
            .collect(joining())
        + misses.stream()
            .map(m -> "skip  " + m.path() + ": " + m.reason() + "\n")
            .collect(joining());
  }
}
