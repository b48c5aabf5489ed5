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
import java.util.Set;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.jspecify.annotations.Nullable;

/** Finds what attentions and embeddings are fed with: masks, positions, relative biases. */
final class Surroundings {
  private static final Set<String> SHAPE = Set.of("shape_of", "size", "size_at", "rank");

  private final Scan scan;
  private final Map<String, Embedding> embeddings = new HashMap<>();

  Surroundings(Scan scan, List<Embedding> embeddings) {
    this.scan = scan;
    embeddings.forEach(e -> this.embeddings.put(e.output().name(), e));
  }

  /** What a value is computed from, without what only its shape is. */
  private final class Cone {
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Map<String, Value> placeholders = new LinkedHashMap<>();
    private final List<Embedding> looked = new ArrayList<>();

    Cone(Value top) {
      List<Value> open = new ArrayList<>(List.of(top));
      while (!open.isEmpty()) {
        Value value = open.remove(open.size() - 1);
        if (value.kind() == Value.Kind.PLACEHOLDER) {
          placeholders.put(value.name(), value);
        }
        Embedding embedding = embeddings.get(value.name());
        if (embedding != null) {
          looked.add(embedding);
          continue;
        }
        Node node = value.producer().orElse(null);
        if (node != null && nodes.put(node.name(), node) == null && !SHAPE.contains(node.op())) {
          open.addAll(node.inputs());
        }
      }
    }

    List<Node> sorted() {
      return scan.sorted(nodes.values());
    }

    @Nullable Value source() {
      return placeholders.size() == 1 ? placeholders.values().iterator().next() : null;
    }
  }

  /** Returns the distinct masks of attentions. */
  List<Mask> masks(List<Attention> attentions) {
    Map<String, Mask> masks = new LinkedHashMap<>();
    for (Attention attention : attentions) {
      Value value = attention.mask();
      if (value == null || masks.containsKey(value.name())) {
        continue;
      }
      Cone cone = new Cone(value);
      String path = value.producer().flatMap(n -> ModulePaths.ofNode(n.name())).orElse("mask");
      masks.put(value.name(), new Mask(path, cone.source(), value, cone.sorted()));
    }
    return List.copyOf(masks.values());
  }

  /** Returns the relative biases among what attentions add to their scores. */
  List<RelativeBias> relativeBiases(List<Attention> attentions) {
    Map<String, RelativeBias> biases = new LinkedHashMap<>();
    for (Attention attention : attentions) {
      bias(attention.mask(), biases);
      bias(attention.bias(), biases);
    }
    return List.copyOf(biases.values());
  }

  private void bias(@Nullable Value value, Map<String, RelativeBias> biases) {
    if (value == null || biases.containsKey(value.name())) {
      return;
    }
    Cone cone = new Cone(value);
    if (cone.looked.size() == 1) {
      Embedding table = cone.looked.get(0);
      biases.put(value.name(), new RelativeBias(table.path(), table, value, cone.sorted()));
    }
  }

  /** Returns the positions that embeddings read, and the angles of rotations. */
  List<Positions> positions(List<Embedding> all, List<RelativeBias> biases) {
    List<Positions> positions = new ArrayList<>();
    for (Embedding embedding : all) {
      if (biases.stream().anyMatch(b -> b.embedding().equals(embedding))) {
        continue;
      }
      Cone cone = new Cone(embedding.ids());
      Value source = cone.source();
      boolean computed =
          cone.placeholders.isEmpty()
              || cone.nodes.values().stream().anyMatch(n -> n.is("cumsum", "range"));
      boolean fed = source != null && source.name().contains("position");
      if (computed || fed) {
        positions.add(
            new Positions(embedding.path(), source, embedding, embedding.ids(), cone.sorted()));
      }
    }
    for (Node node : scan.nodes()) {
      if (node.is("cos")) {
        Cone cone = new Cone(node.input(0));
        String path = ModulePaths.ofNode(node.name()).orElse("rotary");
        positions.add(new Positions(path, cone.source(), null, node.input(0), cone.sorted()));
      }
    }
    return positions;
  }
}
