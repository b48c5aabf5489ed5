/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Markers;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.jspecify.annotations.Nullable;

/**
 * The roles that the nodes of a graph play, found once and then fixed.
 *
 * <p>All lists are in topological order. Edits of the graph do not reach an instance: ask for a new
 * one.
 */
public final class Roles {
  private final List<Linear> linears;
  private final List<Embedding> embeddings;
  private final List<Attention> attentions;
  private final List<FeedForward> feedForwards;
  private final List<Norm> norms;
  private final List<Activation> activations;
  private final List<Dropout> dropouts;
  private final List<CrossEntropy> crossEntropies;
  private final List<Mask> masks;
  private final List<Positions> positions;
  private final List<RelativeBias> relativeBiases;
  private final List<NearMiss> nearMisses;
  private final Map<String, Role> composites = new HashMap<>();

  private Roles(Scan scan) {
    List<Linear> foundLinears = new ArrayList<>();
    List<Embedding> foundEmbeddings = new ArrayList<>();
    List<Norm> foundNorms = new ArrayList<>();
    List<Activation> foundActivations = new ArrayList<>();
    List<Dropout> foundDropouts = new ArrayList<>();
    List<CrossEntropy> foundLosses = new ArrayList<>();
    Linears linearFinder = new Linears(scan);
    Embeddings embeddingFinder = new Embeddings(scan);
    Norms normFinder = new Norms(scan);
    Activations activationFinder = new Activations(scan);
    for (Node node : scan.nodes()) {
      add(foundLinears, linearFinder.at(node));
      add(foundEmbeddings, embeddingFinder.at(node));
      add(foundNorms, normFinder.at(node));
      add(foundActivations, activationFinder.at(node));
      add(foundDropouts, dropout(node));
      add(foundLosses, crossEntropy(node));
    }
    Projections projections = new Projections(foundLinears);
    Attentions attentionFinder = new Attentions(scan, projections);
    FeedForwards feedForwardFinder = new FeedForwards(scan, projections);
    List<Attention> foundAttentions = new ArrayList<>();
    List<FeedForward> foundFeedForwards = new ArrayList<>();
    scan.nodes().forEach(node -> add(foundAttentions, attentionFinder.at(node)));
    foundActivations.forEach(a -> add(foundFeedForwards, feedForwardFinder.around(a)));
    linears = named(foundLinears, foundAttentions, foundFeedForwards);
    embeddings = List.copyOf(foundEmbeddings);
    norms = List.copyOf(foundNorms);
    activations = List.copyOf(foundActivations);
    dropouts = List.copyOf(foundDropouts);
    crossEntropies = List.copyOf(foundLosses);
    attentions = List.copyOf(foundAttentions);
    feedForwards = List.copyOf(foundFeedForwards);
    Surroundings surroundings = new Surroundings(scan, embeddings);
    masks = surroundings.masks(attentions);
    relativeBiases = surroundings.relativeBiases(attentions);
    positions = List.copyOf(surroundings.positions(embeddings, relativeBiases));
    nearMisses = scan.misses();
    linears.stream().filter(l -> !l.isAdapted()).forEach(this::composite);
    embeddings.forEach(this::composite);
    norms.forEach(this::composite);
    activations.forEach(this::composite);
    dropouts.forEach(this::composite);
    crossEntropies.forEach(this::composite);
  }

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
   * @param paths from a weight, a node or a path as found to the path that is meant
   * @return its roles
   */
  public static Roles of(GraphView view, Map<String, String> paths) {
    Roles roles = new Roles(new Scan(view, new ModulePaths(paths, Map.of())));
    Map<String, String> structural = roles.structuralPaths();
    return structural.isEmpty()
        ? roles
        : new Roles(new Scan(view, new ModulePaths(paths, structural)));
  }

  private static <T> void add(List<T> found, @Nullable T role) {
    if (role != null) {
      found.add(role);
    }
  }

  private void composite(Role role) {
    composites.putIfAbsent(role.output().name(), role);
  }

  /** Returns the layers with the slice names that attentions and feed-forward blocks gave them. */
  private static List<Linear> named(
      List<Linear> linears, List<Attention> attentions, List<FeedForward> feedForwards) {
    Map<String, Linear> named = new LinkedHashMap<>();
    linears.forEach(l -> named.put(l.matmul().name(), l));
    for (Attention a : attentions) {
      List.of(a.query(), a.key(), a.value()).forEach(l -> named.replace(l.matmul().name(), l));
    }
    for (FeedForward f : feedForwards) {
      if (f.gate() != null) {
        named.replace(f.up().matmul().name(), f.up());
        named.replace(f.gate().matmul().name(), f.gate());
      }
    }
    return List.copyOf(named.values());
  }

  /** Returns paths by the place in the structure for layers whose names tell none. */
  private Map<String, String> structuralPaths() {
    Map<String, String> paths = new LinkedHashMap<>();
    for (int i = 0; i < attentions.size(); i++) {
      Attention a = attentions.get(i);
      String prefix = "layer." + i + ".attention.";
      boolean isFused = a.query().matmul().equals(a.key().matmul());
      unnamed(a.query(), prefix + (isFused ? "qkv" : "query"), paths);
      unnamed(a.key(), prefix + "key", paths);
      unnamed(a.value(), prefix + "value", paths);
      unnamed(a.outputProjection(), prefix + "output", paths);
    }
    for (int i = 0; i < feedForwards.size(); i++) {
      FeedForward f = feedForwards.get(i);
      String prefix = "layer." + i + ".feed_forward.";
      unnamed(f.up(), prefix + "up", paths);
      unnamed(f.gate(), prefix + "gate", paths);
      unnamed(f.down(), prefix + "down", paths);
    }
    return paths;
  }

  private static void unnamed(@Nullable Linear linear, String path, Map<String, String> paths) {
    if (linear == null) {
      return;
    }
    List<Value> weights = new ArrayList<>(List.of(linear.weight().base()));
    if (linear.bias() != null) {
      weights.add(linear.bias());
    }
    if (ModulePaths.named(linear.matmul(), weights) == null) {
      paths.putIfAbsent(linear.matmul().name(), path);
    }
  }

  private static @Nullable Dropout dropout(Node node) {
    if (!node.is("multiply") || node.inputs().size() != 2) {
      return null;
    }
    for (int i = 0; i < 2; i++) {
      OptionalDouble rate = Markers.dropoutRate(node.input(i));
      if (rate.isPresent()) {
        String marker = node.input(i).name();
        String path = marker.substring(0, marker.lastIndexOf(".dropout@"));
        return new Dropout(
            path, rate.getAsDouble(), node.input(1 - i), node.output(), List.of(node));
      }
    }
    return null;
  }

  private static @Nullable CrossEntropy crossEntropy(Node node) {
    if (!node.is("softmax_cross_entropy_loss") || node.inputs().size() != 3) {
      return null;
    }
    Value weights = node.input(1);
    OptionalDouble one = weights.scalar();
    boolean plain = one.isPresent() && one.getAsDouble() == 1;
    return new CrossEntropy(
        ModulePaths.ofNode(node.name()).orElse("loss"),
        node.input(0),
        node.input(2),
        plain ? null : weights,
        node.output(),
        List.of(node));
  }

  /**
   * Returns the linear layers of the model, without those of adapters.
   *
   * @return the layers
   */
  public List<Linear> linears() {
    return linears;
  }

  /**
   * Returns the linear layer of a module path.
   *
   * @param path the path
   * @return the first such layer, if there is one
   */
  public Optional<Linear> linear(String path) {
    return linears.stream().filter(l -> l.path().equals(path)).findFirst();
  }

  /**
   * Returns the embeddings.
   *
   * @return the embeddings
   */
  public List<Embedding> embeddings() {
    return embeddings;
  }

  /**
   * Returns the attentions.
   *
   * @return the attentions
   */
  public List<Attention> attentions() {
    return attentions;
  }

  /**
   * Returns the feed-forward blocks.
   *
   * @return the blocks
   */
  public List<FeedForward> feedForwards() {
    return feedForwards;
  }

  /**
   * Returns the norms.
   *
   * @return the norms
   */
  public List<Norm> norms() {
    return norms;
  }

  /**
   * Returns the activations.
   *
   * @return the activations
   */
  public List<Activation> activations() {
    return activations;
  }

  /**
   * Returns the dropouts.
   *
   * @return the dropouts
   */
  public List<Dropout> dropouts() {
    return dropouts;
  }

  /**
   * Returns the cross entropies.
   *
   * @return the losses
   */
  public List<CrossEntropy> crossEntropies() {
    return crossEntropies;
  }

  /**
   * Returns what attentions add to their scores, each value once.
   *
   * @return the masks
   */
  public List<Mask> masks() {
    return masks;
  }

  /**
   * Returns the positions of tokens.
   *
   * @return the positions that embeddings and rotations read
   */
  public List<Positions> positions() {
    return positions;
  }

  /**
   * Returns the learned additions to scores.
   *
   * @return the biases
   */
  public List<RelativeBias> relativeBiases() {
    return relativeBiases;
  }

  /**
   * Returns the places that look like a role but are none, with the reason.
   *
   * @return the near misses; empty when all was recognised
   */
  public List<NearMiss> nearMisses() {
    return nearMisses;
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
    return Optional.ofNullable(composites.get(output.name()));
  }
}
