/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Value;
import org.graft4j.text.TokenBatch;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The placeholders of a model that tokens fill, with their types. */
final class TextInputs {
  /** How models call their inputs; the second spelling is TensorFlow's. */
  private static final ImmutableMap<String, Function<TokenBatch, long[][]>> KNOWN =
      ImmutableMap.of(
          "input_ids", TokenBatch::ids,
          "attention_mask", TokenBatch::mask,
          "input_mask", TokenBatch::mask,
          "token_type_ids", TokenBatch::types,
          "segment_ids", TokenBatch::types,
          "position_ids", batch -> positions(batch.size(), batch.length()));

  private final ImmutableMap<String, DataType> types;

  private TextInputs(Map<String, DataType> types) {
    this.types = ImmutableMap.copyOf(types);
  }

  static TextInputs of(GraphView view, Collection<String> placeholders) {
    ImmutableMap.Builder<String, DataType> types = ImmutableMap.builder();
    for (String name : placeholders) {
      checkArgument(
          KNOWN.containsKey(name),
          "the graph reads a placeholder that text does not fill: '%s'; text fills %s",
          name,
          String.join(", ", KNOWN.keySet()));
      types.put(name, view.value(name).dataType());
    }
    return new TextInputs(types.buildOrThrow());
  }

  /** The placeholder of the attention mask, if the graph has one. */
  static Optional<Value> mask(GraphView view) {
    return view.findValue("attention_mask").or(() -> view.findValue("input_mask"));
  }

  void fill(TokenBatch batch, ImmutableMap.Builder<String, INDArray> placeholders) {
    types.forEach(
        (name, type) -> {
          INDArray array = Nd4j.createFromArray(requireNonNull(KNOWN.get(name)).apply(batch));
          placeholders.put(name, type == array.dataType() ? array : array.castTo(type));
        });
  }

  private static long[][] positions(int rows, int length) {
    long[][] positions = new long[rows][length];
    for (long[] row : positions) {
      Arrays.setAll(row, i -> i);
    }
    return positions;
  }
}
