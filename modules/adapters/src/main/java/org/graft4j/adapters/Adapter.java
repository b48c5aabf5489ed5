/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import java.util.List;

/** One named adapter on a graph. */
public interface Adapter {

  /**
   * Returns the name it was attached under.
   *
   * @return the name
   */
  String name();

  /**
   * Returns what it was attached with.
   *
   * @return the configuration
   */
  AdapterConfig config();

  /**
   * Returns the module paths of the layers it adapts.
   *
   * @return the paths in the order of the graph
   */
  List<String> sites();

  /**
   * Returns its arrays: those of the method first, then trained copies, then the modules that were
   * added.
   *
   * @return the parameters in a stable order
   */
  List<Parameter> parameters();

  /**
   * Returns one of its arrays.
   *
   * @param key where PEFT keeps it
   * @return the parameter
   * @throws IllegalArgumentException if the adapter has no such parameter
   */
  Parameter parameter(String key);

  /**
   * Returns the modules that are saved whole with the adapter: those of the base that are trained as
   * copies, and those that were added.
   *
   * @return the module paths
   */
  List<String> modules();

  /**
   * Returns the number that multiplies the adapter's own scale.
   *
   * @return 1 unless {@link AdaptedGraph#scale(String, double)} said otherwise
   */
  double scale();

  /**
   * Returns whether the adapter contributes to the outputs.
   *
   * @return whether it is active
   */
  boolean active();

  /**
   * Returns whether the adapter is folded into the weights.
   *
   * @return whether it is merged
   */
  boolean merged();
}
