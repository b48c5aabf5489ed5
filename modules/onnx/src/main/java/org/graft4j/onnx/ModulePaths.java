/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.graft4j.onnx.OnnxModel.Node;
import org.jspecify.annotations.Nullable;

/**
 * Finds the module path that a node belongs to, such as {@code
 * encoder.layer.0.attention.self.query}: from the exporter's metadata, else from the node's name,
 * else from the name of a weight or bias that it reads, else from the node that made its input.
 */
final class ModulePaths {
  /** The metadata in which the newer torch exporter keeps the modules around a node. */
  static final String SCOPES = "pkg.torch.onnx.name_scopes";

  private static final Pattern QUOTED = Pattern.compile("'([^']*)'|\"([^\"]*)\"");
  private static final Pattern PARAMETER = Pattern.compile("(.+)\\.(weight|bias)");

  private final IdentityHashMap<Node, String> paths = new IdentityHashMap<>();
  private final Map<String, String> byOutput = new HashMap<>();

  ModulePaths(List<Node> nodes, Set<String> initializers) {
    Map<String, List<Node>> readers = new HashMap<>();
    for (Node node : nodes) {
      for (String input : node.inputs()) {
        readers.computeIfAbsent(input, k -> new ArrayList<>()).add(node);
      }
    }
    for (Node node : nodes) {
      String path = named(node);
      if (path == null) {
        path = fromParameter(node, initializers);
      }
      if (path == null && node.op().equals("MatMul") && !node.outputs().isEmpty()) {
        for (Node reader : readers.getOrDefault(node.outputs().get(0), List.of())) {
          path = reader.op().equals("Add") ? fromParameter(reader, initializers) : path;
        }
      }
      if (path == null) {
        path = node.inputs().isEmpty() ? "" : byOutput.getOrDefault(node.inputs().get(0), "");
      }
      paths.put(node, path);
      for (String output : node.outputs()) {
        byOutput.put(output, path);
      }
    }
  }

  /** Returns the path, or an empty text for a node outside of all modules. */
  String of(Node node) {
    return paths.getOrDefault(node, "");
  }

  private static @Nullable String named(Node node) {
    String scopes = node.metadata().get(SCOPES);
    if (scopes != null) {
      List<String> names = new ArrayList<>();
      Matcher quoted = QUOTED.matcher(scopes);
      while (quoted.find()) {
        names.add(quoted.group(1) != null ? quoted.group(1) : quoted.group(2));
      }
      String path = names.size() < 2 ? "" : names.get(names.size() - 2);
      return path.startsWith("_empty") ? "" : path;
    }
    int slash = node.name().lastIndexOf('/');
    if (slash < 0) {
      return null;
    }
    String path = node.name().substring(0, slash);
    return clean(path.startsWith("/") ? path.substring(1) : path).replace('/', '.');
  }

  private static @Nullable String fromParameter(Node node, Set<String> initializers) {
    for (String input : node.inputs()) {
      Matcher parameter = PARAMETER.matcher(input);
      if (initializers.contains(input) && parameter.matches()) {
        return clean(parameter.group(1));
      }
    }
    return null;
  }

  /** Replaces what SameDiff reads a meaning into. */
  static String clean(String name) {
    String clean = name.replace(':', '_');
    return clean.endsWith("-grad") ? clean + "_" : clean;
  }
}
