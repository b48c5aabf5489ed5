/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import java.util.List;
import java.util.Set;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A graph with named adapters on it.
 *
 * <p>The weights of the base are constants as long as an adapter is attached, and are never written:
 * a merge puts new weights in their place, and taking it back puts the old ones there again.
 *
 * <p>Not thread-safe; running the graph while an adapter is switched or scaled is.
 */
public final class AdaptedGraph {

  private final SameDiff graph;

  private AdaptedGraph(SameDiff graph) {
    this.graph = graph;
  }

  /**
   * Wraps a graph that carries no adapter yet.
   *
   * @param graph the graph; nothing is changed before the first adapter is attached
   * @return the graph without adapters
   * @throws IllegalArgumentException if the graph carries adapters already
   */
  public static AdaptedGraph of(SameDiff graph) {
    return new AdaptedGraph(graph);
  }

  /**
   * Returns the graph itself.
   *
   * @return the graph with the adapters' ops in it
   */
  public SameDiff graph() {
    return graph;
  }

  /**
   * Returns the names of the adapters.
   *
   * @return the names in the order of attachment
   */
  public List<String> adapterNames() {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns an adapter.
   *
   * @param name its name
   * @return the adapter
   * @throws IllegalArgumentException if there is no such adapter
   */
  public Adapter adapter(String name) {
    throw new UnsupportedOperationException();
  }

  /**
   * Finds what a configuration would adapt, without changing the graph.
   *
   * @param config the method and its numbers
   * @return the layers that match and those that nearly do
   */
  public AdapterPlan plan(AdapterConfig config) {
    throw new UnsupportedOperationException();
  }

  /**
   * Grafts an adapter. The first one is active at once; a further one, as in PEFT, is inactive until
   * {@link #enable(String)} or {@link #setActive(String...)} names it.
   *
   * @param name the adapter's name: letters, digits, {@code _} and {@code -}
   * @param config the method and its numbers
   * @return this
   * @throws IllegalArgumentException if the name is taken, no layer matches, or an entry of the
   *     targets matches nothing
   */
  public AdaptedGraph attach(String name, AdapterConfig config) {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes an adapter off. The others keep their arrays and their state. When the last one goes, the
   * graph is what it was before the first came.
   *
   * @param name its name
   * @return this
   * @throws IllegalArgumentException if there is no such adapter, or an adapter is merged
   */
  public AdaptedGraph detach(String name) {
    throw new UnsupportedOperationException();
  }

  /**
   * Adds ops and trained variables that belong to an adapter, such as a task head. They are saved
   * with it and go when it is detached.
   *
   * @param adapter the name of the adapter
   * @param module the module path, such as {@code classifier}
   * @param draw draws the module; it is called again whenever the graph is rebuilt
   * @return this
   */
  public AdaptedGraph addModule(String adapter, String module, AdaptedModule draw) {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the adapters that contribute to the outputs.
   *
   * @return their names in the order of attachment
   */
  public Set<String> active() {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes exactly these adapters active.
   *
   * @param names the names; none for the bare base
   * @return this
   * @throws IllegalArgumentException if a name is unknown or an adapter that changes is merged
   */
  public AdaptedGraph setActive(String... names) {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes an adapter contribute to the outputs, with the scale it had.
   *
   * @param name its name
   * @return this
   */
  public AdaptedGraph enable(String name) {
    throw new UnsupportedOperationException();
  }

  /**
   * Stops an adapter from contributing to the outputs.
   *
   * @param name its name
   * @return this
   */
  public AdaptedGraph disable(String name) {
    throw new UnsupportedOperationException();
  }

  /**
   * Multiplies what an adapter contributes.
   *
   * @param name its name
   * @param factor the factor on the adapter's own scale; 1 as trained
   * @return this
   */
  public AdaptedGraph scale(String name, double factor) {
    throw new UnsupportedOperationException();
  }

  /**
   * Folds active adapters into the weights of this graph; their ops leave it until {@link
   * #unmerge()}. A graph that was compiled before goes on computing what it did.
   *
   * @param names the adapters; none for all that are active
   * @return this
   * @throws IllegalArgumentException if a name is unknown, inactive or merged already, or a merged
   *     weight would hold NaN or infinity; the graph is then unchanged
   */
  public AdaptedGraph merge(String... names) {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes all merges back; the base is what it was, bit for bit.
   *
   * @return this
   */
  public AdaptedGraph unmerge() {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns a new stock graph that computes what this one does, with the active adapters folded into
   * the weights and no adapter in it. Arrays that no adapter touches are shared, not copied.
   *
   * @return the graph; it needs nothing of Graft4J
   * @throws IllegalArgumentException if a merged weight would hold NaN or infinity
   */
  public SameDiff merged() {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the parameters of the active adapters: what training may change.
   *
   * @return the parameters in a stable order
   */
  public List<Parameter> trainable() {
    throw new UnsupportedOperationException();
  }

  /**
   * Counts the numbers that are trained and those there are.
   *
   * @return the counts
   */
  public ParameterSummary summary() {
    throw new UnsupportedOperationException();
  }
}
