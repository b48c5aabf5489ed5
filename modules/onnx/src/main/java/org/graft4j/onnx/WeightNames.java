/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.graft4j.onnx.OnnxModel.Node;
import org.jspecify.annotations.Nullable;

/**
 * Names the stored tensors: as the file does where that is a checkpoint's name, and after the
 * module that reads them where an exporter made the name up ({@code onnx::MatMul_787} becomes
 * {@code encoder.layer.0.attention.self.query.weight}).
 */
final class WeightNames {
  private final Map<String, String> names = new HashMap<>();
  private final Map<String, String> tables = new HashMap<>();

  WeightNames(List<Node> nodes, ModulePaths paths, Map<String, OnnxTensor> tensors) {
    Map<String, String> taken = new HashMap<>();
    for (String name : tensors.keySet()) {
      if (isCheckpointName(name)) {
        String clean = ModulePaths.clean(name);
        names.put(name, clean);
        taken.put(clean, name);
      }
    }
    tables(nodes, tensors);
    for (Node node : nodes) {
      for (int i = 0; i < node.inputs().size(); i++) {
        String input = node.inputs().get(i);
        OnnxTensor tensor = tensors.get(input);
        String suffix = tensor == null || names.containsKey(input) ? null : suffix(node, i, tensor);
        String path = paths.of(node);
        if (suffix != null && !path.isEmpty() && taken.putIfAbsent(path + suffix, input) == null) {
          names.put(input, path + suffix);
        }
      }
    }
  }

  /**
   * Returns the embedding table that a made-up tensor may be the transpose of, or null: exporters
   * store the output layer that shares its weight with the embedding as a second, transposed copy.
   */
  @Nullable String table(String tensor) {
    return tables.get(tensor);
  }

  /** Returns the name of a tensor's constant, or null when any will do. */
  @Nullable String of(String tensor) {
    return names.get(tensor);
  }

  private void tables(List<Node> nodes, Map<String, OnnxTensor> tensors) {
    Map<List<Long>, String> embeddings = new HashMap<>();
    for (Node node : nodes) {
      OnnxTensor table = node.op().equals("Gather") ? tensors.get(node.inputs().get(0)) : null;
      if (table != null && table.shape().length == 2) {
        embeddings.put(List.of(table.shape()[1], table.shape()[0]), table.name());
      }
    }
    for (Node node : nodes) {
      if (node.op().equals("MatMul") && node.inputs().size() == 2) {
        OnnxTensor weight = tensors.get(node.inputs().get(1));
        if (weight != null && weight.shape().length == 2 && !isCheckpointName(weight.name())) {
          String table = embeddings.get(List.of(weight.shape()[0], weight.shape()[1]));
          if (table != null) {
            tables.put(weight.name(), table);
          }
        }
      }
    }
  }

  private static boolean isCheckpointName(String name) {
    return name.contains(".") && !name.contains("::") && !name.startsWith("/");
  }

  private static @Nullable String suffix(Node node, int input, OnnxTensor tensor) {
    int rank = tensor.shape().length;
    return switch (node.op()) {
      case "MatMul", "FusedMatMul" -> rank == 2 ? ".weight" : null;
      case "Gemm" -> rank == 2 && input == 1 ? ".weight" : rank == 1 ? ".bias" : null;
      case "Add", "BiasGelu" -> rank == 1 && tensor.shape()[0] > 1 ? ".bias" : null;
      case "Gather" -> rank == 2 && input == 0 ? ".weight" : null;
      case "LayerNormalization" -> input == 1 ? ".weight" : input == 2 ? ".bias" : null;
      case "SimplifiedLayerNormalization", "RMSNormalization" -> input == 1 ? ".weight" : null;
      default -> null;
    };
  }
}
