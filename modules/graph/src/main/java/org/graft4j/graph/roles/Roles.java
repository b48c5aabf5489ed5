/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Value;

/** The roles that the nodes of a graph play, found once and then fixed. */
public final class Roles {

  private Roles() {}

  /**
   * Finds the roles of a graph.
   *
   * @param view the graph
   * @return its roles
   */
  public static Roles of(GraphView view) {
    return of(view, Map.of());
  }

  /**
   * Finds the roles of a graph whose module paths the caller corrects.
   *
   * @param view the graph
   * @param paths from the path, weight or op as found to the path that is meant
   * @return its roles
   */
  public static Roles of(GraphView view, Map<String, String> paths) {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the linear layers of the model, without those of adapters.
   *
   * @return the layers in topological order
   */
  public List<Linear> linears() {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the embeddings.
   *
   * @return the embeddings in topological order
   */
  public List<Embedding> embeddings() {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the attentions.
   *
   * @return the attentions in topological order
   */
  public List<Attention> attentions() {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the feed-forward blocks.
   *
   * @return the blocks in topological order
   */
  public List<FeedForward> feedForwards() {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the norms.
   *
   * @return the norms in topological order
   */
  public List<Norm> norms() {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the activations.
   *
   * @return the activations in topological order
   */
  public List<Activation> activations() {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the dropouts.
   *
   * @return the dropouts in topological order
   */
  public List<Dropout> dropouts() {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the cross entropies.
   *
   * @return the losses in topological order
   */
  public List<CrossEntropy> crossEntropies() {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the linear layer of a module path.
   *
   * @param path the path
   * @return the first such layer, if there is one
   */
  public Optional<Linear> linear(String path) {
    return linears().stream().filter(l -> l.path().equals(path)).findFirst();
  }

  /**
   * Returns the composite that ends in a value: a {@link Linear} that no adapter reaches into, an
   * {@link Embedding}, {@link Norm}, {@link Activation}, {@link Dropout} or {@link CrossEntropy}.
   * Its nodes may be computed as one; {@link Role#exposed()} are the inner values that others read.
   *
   * @param output the value
   * @return the composite, if the value is the output of one
   */
  public Optional<Role> producing(Value output) {
    throw new UnsupportedOperationException();
  }
}
