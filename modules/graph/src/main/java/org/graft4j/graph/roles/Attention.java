/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.List;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.jspecify.annotations.Nullable;

/**
 * A scaled dot-product attention with its projections: {@code softmax(scale · q kᵀ + mask) v}.
 *
 * <p>Where one fused layer makes queries, keys and values, the three projections are the same
 * {@link Linear}, and its slices are named {@code query}, {@code key} and {@code value}.
 *
 * @param path the common path of the projections
 * @param query the projection of the queries
 * @param key the projection of the keys
 * @param value the projection of the values
 * @param outputProjection the layer that reads the context
 * @param queries what the product of the scores reads of the queries, {@code [batch, heads, length,
 *     features]}, or {@code [batch · heads, length, features]}
 * @param keys what that product reads of the keys, as that node sees it (transposed or not)
 * @param values what the product of the context reads, {@code [batch, heads, length, features]}
 * @param scores the node that multiplies queries and keys
 * @param mask what is added to the scores last, with what the model has added to it before
 * @param bias what is added to the scores before the mask, such as a relative bias
 * @param scale the factor on {@code q kᵀ}, wherever it is applied
 * @param cap where scores end, {@code cap · tanh(scores / cap)}; 0 when they do not
 * @param heads the number of query heads
 * @param keyValueHeads the number of key and value heads
 * @param probabilities the output of the softmax
 * @param context the product with the values
 * @param output the output of {@code outputProjection}, or the context when there is none
 * @param nodes the nodes from the scores to the context
 */
public record Attention(
    String path,
    Linear query,
    Linear key,
    Linear value,
    @Nullable Linear outputProjection,
    Value queries,
    Value keys,
    Value values,
    Node scores,
    @Nullable Value mask,
    @Nullable Value bias,
    double scale,
    double cap,
    int heads,
    int keyValueHeads,
    Value probabilities,
    Value context,
    Value output,
    List<Node> nodes)
    implements Role {

  /**
   * Says whether queries and keys come from different inputs.
   *
   * @return true in a decoder that reads an encoder
   */
  public boolean isCross() {
    return !query.input().name().equals(key.input().name());
  }
}
