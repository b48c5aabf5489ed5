/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.graft4j.engine.CompiledGraph;
import org.graft4j.engine.Engine;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Value;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The vectors of the tokens, {@code [batch, length, size]}.
 *
 * @param name the name of the value
 * @param size the length of a vector
 */
record HiddenStates(String name, int size) {
  private static final List<String> NAMES =
      List.of(
          "last_hidden_state", "token_embeddings", "hidden_states", "encoder_last_hidden_state");

  /** Finds the value by its usual names, or else takes the only output of rank 3. */
  static HiddenStates find(SameDiff graph, @Nullable String wanted) {
    GraphView view = GraphView.of(graph);
    if (wanted != null) {
      Value value = view.value(wanted);
      return of(value.name(), shapes(graph, List.of(value)).get(value.name()));
    }
    for (String name : NAMES) {
      Optional<Value> value = view.findValue(name);
      if (value.isPresent()) {
        String found = value.get().name();
        return of(found, shapes(graph, List.of(value.get())).get(found));
      }
    }
    List<Value> outputs =
        view.outputs().stream()
            .filter(v -> v.dataType().isFPType() && !view.losses().contains(v))
            .toList();
    Map<String, long[]> shapes = shapes(graph, outputs);
    List<String> rank3 = new ArrayList<>();
    shapes.forEach(
        (name, shape) -> {
          if (shape.length == 3 && !name.equals("logits")) {
            rank3.add(name);
          }
        });
    if (rank3.size() != 1) {
      StringBuilder list = new StringBuilder();
      shapes.forEach(
          (name, shape) ->
              list.append(list.isEmpty() ? "" : ", ").append(name + Arrays.toString(shape)));
      throw new IllegalArgumentException(
          (rank3.isEmpty() ? "no output holds" : "several outputs may hold")
              + " the vectors of the tokens [batch, length, size]; name the value to use; outputs for one text of two tokens: "
              + list);
    }
    String name = rank3.get(0);
    return of(name, shapes.get(name));
  }

  private static HiddenStates of(String name, long @Nullable [] shape) {
    checkArgument(
        shape != null && shape.length == 3,
        "'%s' does not hold the vectors of the tokens [batch, length, size]: its shape for one text of two tokens is %s",
        name,
        Arrays.toString(shape));
    return new HiddenStates(name, (int) shape[2]);
  }

  /** Shapes as declared, or else as they come out for one text of two tokens. */
  private static Map<String, long[]> shapes(SameDiff graph, List<Value> values) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    List<String> unknown = new ArrayList<>();
    for (Value value : values) {
      long[] shape = value.shape();
      if (shape == null || shape.length == 0 || shape[shape.length - 1] < 1) {
        unknown.add(value.name());
      } else {
        shapes.put(value.name(), shape);
      }
    }
    if (!unknown.isEmpty()) {
      try (CompiledGraph compiled = Engine.create().compile(graph, unknown)) {
        Map<String, INDArray> inputs = new LinkedHashMap<>();
        GraphView view = GraphView.of(graph);
        for (String name : compiled.placeholders()) {
          inputs.put(name, probe(view.value(name)));
        }
        compiled.run(inputs).forEach((name, array) -> shapes.put(name, array.shape()));
      }
    }
    return shapes;
  }

  private static INDArray probe(Value placeholder) {
    long[] declared = placeholder.shape();
    long[] shape = declared == null ? new long[] {1, 2} : declared.clone();
    for (int i = 0; i < shape.length; i++) {
      shape[i] = shape[i] > 0 ? shape[i] : i == 0 ? 1 : 2;
    }
    return Nd4j.ones(placeholder.dataType(), shape);
  }
}
