/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import static java.util.stream.Collectors.joining;

import com.google.common.primitives.Longs;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.graft4j.graph.roles.Norm;
import org.graft4j.graph.roles.Role;
import org.graft4j.graph.roles.Roles;
import org.jspecify.annotations.Nullable;

/**
 * What {@code graft4j inspect} reports; as JSON its components are the keys.
 *
 * @param file the name of the model's file
 * @param bytes the size of that file
 * @param parameters how many numbers all floating point weights hold
 * @param placeholders what goes in
 * @param outputs what comes out
 * @param layers the layers found, in the order of the graph
 * @param ops how often each op occurs
 */
record Inspection(
    String file,
    long bytes,
    long parameters,
    List<Array> placeholders,
    List<Array> outputs,
    List<Layer> layers,
    Map<String, Integer> ops) {

  /**
   * An array that goes in or comes out.
   *
   * @param name its name
   * @param type its data type
   * @param shape its sizes, -1 where a run decides; null if the graph does not say
   */
  record Array(String name, String type, @Nullable List<Long> shape) {
    static Array of(Value value) {
      long[] shape = value.shape();
      return new Array(
          value.name(), value.dataType().name(), shape == null ? null : Longs.asList(shape));
    }
  }

  /**
   * A layer that was recognised.
   *
   * @param kind what it is
   * @param path its module path
   * @param detail sizes and the like
   */
  record Layer(String kind, String path, String detail) {}

  static Inspection of(Path file, GraphView view) throws IOException {
    Map<String, Integer> ops = new TreeMap<>();
    for (Node node : view.nodes()) {
      ops.merge(node.op(), 1, Integer::sum);
    }
    long parameters = 0;
    for (Value value : view.values()) {
      if (value.isStored() && value.dataType().isFPType()) {
        parameters += value.array().length();
      }
    }
    return new Inspection(
        file.getFileName().toString(),
        Files.size(file),
        parameters,
        view.placeholders().stream().map(Array::of).toList(),
        view.outputs().stream().map(Array::of).toList(),
        layers(Roles.of(view)),
        ops);
  }

  private static List<Layer> layers(Roles roles) {
    List<Layer> layers = new ArrayList<>();
    roles
        .embeddings()
        .forEach(e -> layers.add(new Layer("embedding", e.path(), sizes(e.table().value()))));
    roles
        .linears()
        .forEach(
            l ->
                layers.add(
                    new Layer(
                        "linear",
                        l.path(),
                        l.inFeatures()
                            + " to "
                            + l.outFeatures()
                            + (l.bias() == null ? "" : ", bias")
                            + (l.isAdapted() ? ", adapted" : ""))));
    roles
        .attentions()
        .forEach(
            a ->
                layers.add(
                    new Layer(
                        "attention",
                        a.path(),
                        a.heads()
                            + " heads"
                            + (a.keyValueHeads() == a.heads()
                                ? ""
                                : ", " + a.keyValueHeads() + " for keys and values"))));
    roles
        .feedForwards()
        .forEach(f -> layers.add(layer("feed forward", f, activation(f.activation().kind()))));
    roles
        .norms()
        .forEach(
            n ->
                layers.add(
                    layer(
                        n.kind() == Norm.Kind.LAYER ? "layer norm" : "RMS norm",
                        n,
                        "epsilon " + n.epsilon())));
    return layers;
  }

  private static Layer layer(String kind, Role role, String detail) {
    return new Layer(kind, role.path(), detail);
  }

  private static String activation(Enum<?> kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String sizes(Value value) {
    return Longs.join(" x ", value.array().shape());
  }

  void print(PrintWriter out) {
    out.printf(Locale.ROOT, "%s: %,.1f MB, %,d parameters%n", file, bytes / 1e6, parameters);
    printArrays(out, "placeholders", placeholders);
    printArrays(out, "outputs", outputs);
    int width = layers.stream().mapToInt(l -> l.path().length()).max().orElse(0);
    String kind = "";
    for (Layer layer : layers) {
      if (!layer.kind().equals(kind)) {
        kind = layer.kind();
        out.println();
        out.println(kind);
      }
      out.println("  " + pad(layer.path(), width) + "  " + layer.detail());
    }
    out.println();
    out.println("ops");
    out.println(
        "  "
            + ops.entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(joining(", ")));
  }

  private static void printArrays(PrintWriter out, String title, List<Array> arrays) {
    out.println();
    out.println(title);
    int width = arrays.stream().mapToInt(a -> a.name().length()).max().orElse(0);
    for (Array array : arrays) {
      out.println("  " + pad(array.name(), width) + "  " + array.type() + sizes(array.shape()));
    }
  }

  private static String sizes(@Nullable List<Long> shape) {
    return shape == null
        ? ""
        : shape.stream().map(s -> s < 0 ? "?" : s.toString()).collect(joining(", ", " [", "]"));
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}
