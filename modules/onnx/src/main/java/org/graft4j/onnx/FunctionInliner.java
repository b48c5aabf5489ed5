/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.graft4j.onnx.OnnxModel.Attribute;
import org.graft4j.onnx.OnnxModel.Function;
import org.graft4j.onnx.OnnxModel.Node;

/**
 * Replaces calls of a model's own functions by the functions' nodes, under names that start with
 * the call's.
 */
final class FunctionInliner {
  private static final int DEEPEST = 32;
  private static final int MOST_NODES = 1_000_000;

  private final String file;
  private final ImmutableMap<String, Function> functions;
  private final List<Node> flat = new ArrayList<>();
  private int calls;

  private FunctionInliner(String file, ImmutableMap<String, Function> functions) {
    this.file = file;
    this.functions = functions;
  }

  static List<Node> inline(String file, OnnxModel model) {
    FunctionInliner inliner = new FunctionInliner(file, model.functions());
    inliner.add(model.graph().nodes(), 0);
    return inliner.flat;
  }

  private void add(List<Node> nodes, int depth) {
    for (Node node : nodes) {
      Function function = functions.get(node.domain() + ":" + node.op());
      if (function == null) {
        flat.add(node);
      } else {
        if (depth >= DEEPEST) {
          throw new OnnxFormatException(
              String.format(
                  Locale.ROOT,
                  "%s: function '%s' calls itself (node '%s')",
                  file,
                  node.op(),
                  node.label()));
        }
        add(body(node, function), depth + 1);
      }
      if (flat.size() > MOST_NODES) {
        throw new OnnxFormatException(file + ": the graph has more nodes than " + MOST_NODES);
      }
    }
  }

  private List<Node> body(Node call, Function function) {
    String prefix = call.label() + "#" + calls++ + "/";
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < function.inputs().size(); i++) {
      names.put(function.inputs().get(i), i < call.inputs().size() ? call.inputs().get(i) : "");
    }
    for (int i = 0; i < function.outputs().size(); i++) {
      if (i < call.outputs().size() && !call.outputs().get(i).isEmpty()) {
        names.put(function.outputs().get(i), call.outputs().get(i));
      }
    }
    List<Node> body = new ArrayList<>();
    for (Node node : function.nodes()) {
      boolean named = node.metadata().containsKey(ModulePaths.SCOPES);
      body.add(
          new Node(
              node.op(),
              node.domain(),
              call.name().isEmpty() ? node.name() : call.name(),
              renamed(node.inputs(), names, prefix),
              renamed(node.outputs(), names, prefix),
              attributes(node, call, function),
              named ? node.metadata() : call.metadata()));
    }
    return body;
  }

  private static ImmutableList<String> renamed(
      List<String> values, Map<String, String> names, String prefix) {
    return values.stream()
        .map(v -> v.isEmpty() ? v : names.getOrDefault(v, prefix + v))
        .collect(ImmutableList.toImmutableList());
  }

  private static ImmutableMap<String, Attribute> attributes(
      Node node, Node call, Function function) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    for (Attribute attribute : node.attributes().values()) {
      String reference = attribute.reference();
      if (reference == null) {
        attributes.put(attribute.name(), attribute);
        continue;
      }
      Attribute given = call.attributes().get(reference);
      Attribute value = given == null ? function.defaults().get(reference) : given;
      if (value != null) {
        attributes.put(attribute.name(), value.named(attribute.name()));
      }
    }
    return ImmutableMap.copyOf(attributes);
  }
}
