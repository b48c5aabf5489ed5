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
 * Names the stored tensors: as the file does where that is a checkpoint's name, and after the module that reads them where an exporter made the name up ({@code
 * onnx::MatMul_787} becomes {@code encoder.layer.0.attention.self.query.weight}).
 */
final class WeightNames {
  private final Map<String, String> names = new HashMap<>();

  WeightNames(List<Node> nodes, ModulePaths paths, Map<String, OnnxTensor> tensors) {
    Map<String, String> taken = new HashMap<>();
    for (String name : tensors.keySet()) {
      if (isCheckpointName(name)) {
        String clean = ModulePaths.clean(name);
        names.put(name, clean);
        taken.put(clean, name);
      }
    }
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

  /** Returns the name of a tensor's constant, or null when any will do. */
  @Nullable String of(String tensor) {
    return names.get(tensor);
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
