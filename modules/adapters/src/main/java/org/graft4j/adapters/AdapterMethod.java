/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import java.util.Map;
import org.graft4j.graph.roles.Linear;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A rewrite that grafts one kind of adapter.
 *
 * <p>A method keeps no state: it may be asked to draw itself again, after another adapter was
 * detached or an adapter was unmerged, and then finds its arrays where {@link
 * Graft#parameter(String, String, java.util.function.Supplier)} left them.
 */
public interface AdapterMethod {

  /**
   * Draws the adapter at every layer of {@link Graft#sites()}.
   *
   * @param graft what to draw with
   */
  void graft(Graft graft);

  /**
   * Trains copies of arrays of the base, with {@link Graft#train(String, String,
   * org.graft4j.graph.Value)}. Unlike what {@link #graft(Graft)} draws they are there while the
   * adapter is merged.
   *
   * @param graft what to draw with
   */
  default void train(Graft graft) {}

  /**
   * Returns a layer's weight with the adapter folded in.
   *
   * @param site the layer
   * @param weight the weight to fold into, shape {@code [out, in]}; not written
   * @param parameters the adapter's arrays at this layer by suffix, such as {@code lora_A.weight}
   * @param scale the number that the adapter's gate holds
   * @return a new array, shape {@code [out, in]}
   */
  INDArray fold(Linear site, INDArray weight, Map<String, INDArray> parameters, double scale);

  /**
   * Returns the number that the gate of a layer holds while the adapter is on, before {@link
   * AdaptedGraph#scale(String, double)} multiplies it.
   *
   * @param path the module path of the layer
   * @return the scale
   */
  double scale(String path);
}
