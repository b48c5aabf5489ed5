/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.jspecify.annotations.Nullable;

/**
 * The module paths of a model, such as {@code encoder.layer.0.attention.self.query}.
 *
 * <p>A path is read from, in this order: the name of the node or of its output, up to the last
 * {@code /}, with the other {@code /} as dots ({@code encoder.layer.0.attention.self.query/matmul},
 * {@code bert/encoder/layer_0/output/dense/MatMul}); the name of a weight or bias without its last
 * word ({@code lm_head.weight}); and where neither tells, the place in the structure ({@code
 * layer.0.attention.query}). A map of the user has the last word.
 */
public final class ModulePaths {
  private static final String OUTSIDE = "graph";
  private static final List<String> WORDS =
      List.of("weight", "bias", "kernel", "gamma", "beta", "embeddings", "W", "b", "w");

  private final Map<String, String> corrections;
  private final Map<String, String> structural;
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, String> owners = new HashMap<>();

  ModulePaths(Map<String, String> corrections, Map<String, String> structural) {
    this.corrections = Map.copyOf(corrections);
    this.structural = Map.copyOf(structural);
  }

  /**
   * Returns the module path that the name of a node carries.
   *
   * @param name the name of a node or of its output
   * @return the path; empty when the name has no {@code /} or says that no module owns the node
   */
  public static Optional<String> ofNode(String name) {
    int slash = name.lastIndexOf('/');
    if (slash <= 0) {
      return Optional.empty();
    }
    int start = name.charAt(0) == '/' ? 1 : 0;
    if (start >= slash) {
      return Optional.empty();
    }
    String path = name.substring(start, slash).replace('/', '.');
    return path.equals(OUTSIDE) || path.startsWith(OUTSIDE + ".")
        ? Optional.empty()
        : Optional.of(path);
  }

  /**
   * Returns the module path that the name of a weight carries.
   *
   * @param name the name of a constant or trainable
   * @return the path; empty when the last word of the name is none that weights have
   */
  public static Optional<String> ofWeight(String name) {
    int end = Math.max(name.lastIndexOf('/'), name.lastIndexOf('.'));
    if (end <= 0 || !WORDS.contains(name.substring(end + 1))) {
      return Optional.empty();
    }
    String path = name.substring(name.charAt(0) == '/' ? 1 : 0, end).replace('/', '.');
    return path.isEmpty() ? Optional.empty() : Optional.of(path);
  }

  /** Returns the path of a role: by node, by weights, by structure, or numbered. */
  String of(Node node, List<Value> weights, String fallback) {
    String path = named(node, weights);
    if (path == null) {
      path = structural.get(node.name());
    }
    if (path == null) {
      path = fallback + "." + (numbers.merge(fallback, 1, Integer::sum) - 1);
    }
    if (weights.isEmpty()) {
      return corrected(path, node, weights);
    }
    Value weight = weights.get(0);
    String around = ofWeight(weight.name()).orElse(path);
    boolean isPart = path.startsWith(around + "."); // the name tells a part of the module
    return corrected(owned(isPart ? around : path, weight), node, weights);
  }

  /** Keeps two modules apart that names put on one path, by their weights. */
  private String owned(String path, Value weight) {
    String owner = owners.putIfAbsent(path, weight.name());
    if (owner == null || owner.equals(weight.name())) {
      return path;
    }
    String other = ofWeight(weight.name()).orElse(path);
    for (int i = 1; !weight.name().equals(owners.getOrDefault(other, weight.name())); i++) {
      other = path + "_" + i;
    }
    owners.put(other, weight.name());
    return other;
  }

  /** Returns the path that names tell, or null. */
  static @Nullable String named(Node node, List<Value> weights) {
    Optional<String> path =
        ofNode(node.name())
            .or(() -> node.outputs().stream().findFirst().flatMap(v -> ofNode(v.name())));
    for (Value weight : weights) {
      path = path.or(() -> ofWeight(weight.name()));
    }
    return path.orElse(null);
  }

  /** Returns the path of a table: modules with several of them look them up under one name. */
  String ofTable(Node node, Value table) {
    String path = of(node, List.of(table), "embedding");
    String own = ofWeight(table.name()).orElseGet(() -> table.name().replace('/', '.'));
    boolean isNamed = !own.startsWith("constant", own.lastIndexOf('.') + 1);
    String around = ofNode(node.name()).orElse("");
    return isNamed && own.startsWith(around + ".") && !corrections.containsValue(path)
        ? corrected(own, node, List.of(table))
        : path;
  }

  /** Returns what the user calls the role. */
  String corrected(String path, Node node, List<Value> weights) {
    for (Value weight : weights) {
      String given = corrections.get(weight.name());
      if (given != null) {
        return given;
      }
    }
    String given = corrections.get(node.name());
    return given != null ? given : corrections.getOrDefault(path, path);
  }

  /** Returns the longest path under which all of these lie. */
  static String common(List<String> paths) {
    String common = paths.get(0);
    for (String path : paths) {
      while (!path.equals(common) && !path.startsWith(common + ".")) {
        int dot = common.lastIndexOf('.');
        if (dot < 0) {
          return "";
        }
        common = common.substring(0, dot);
      }
    }
    return common;
  }

  /** Returns the path one level up, or the path itself at the top. */
  static String parent(String path) {
    int dot = path.lastIndexOf('.');
    return dot < 0 ? path : path.substring(0, dot);
  }
}
