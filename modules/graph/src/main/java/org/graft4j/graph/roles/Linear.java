/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer {@code y = x W + b}.
 *
 * <p>On inputs of rank 3 and more it is spelled flatten, product, unflatten, with the bias added
 * before or after the unflattening:
 *
 * <pre>
 * input ─ reshape[-1, in] ─ matmul ─ product ─ reshape[…, out] ─ add(bias) ─ output
 *                              └ weight
 * </pre>
 *
 * <p>Adapters add what they learned on {@code product}. A layer that carries some is still found,
 * with the same product, bias and output; its {@code nodes} are its own, and {@link #isAdapted()}
 * says that others stand between them.
 *
 * @param path the module path
 * @param input what the layer sees, {@code […, in]}
 * @param weight the weight
 * @param orientation how the array {@code weight.base()} lies
 * @param bias the bias, {@code [out]}
 * @param matmul the node that multiplies
 * @param product the output of the product, {@code [n, out]} where the input was flattened
 * @param output what the layer hands on, {@code […, out]}
 * @param inFeatures the number of input features
 * @param outFeatures the number of output features
 * @param isAdapted whether nodes of adapters stand between product and output
 * @param nodes the nodes of the layer
 * @param slices the named parts of the output features, when every reader takes such a part
 */
public record Linear(
    String path,
    Value input,
    Weight weight,
    Orientation orientation,
    @Nullable Value bias,
    Node matmul,
    Value product,
    Value output,
    long inFeatures,
    long outFeatures,
    boolean isAdapted,
    List<Node> nodes,
    List<Slice> slices)
    implements Role {

  /**
   * Returns the value that the product reads, flattened where the input is not.
   *
   * @return the left operand of the product
   */
  public Value matmulInput() {
    return matmul.input(0);
  }

  /** Returns this layer with other names for the slices with the given values. */
  Linear withSliceNames(Map<String, String> names) {
    List<Slice> named =
        slices.stream()
            .map(
                s ->
                    new Slice(
                        names.getOrDefault(s.value().name(), s.name()),
                        s.begin(),
                        s.end(),
                        s.value()))
            .toList();
    return new Linear(
        path,
        input,
        weight,
        orientation,
        bias,
        matmul,
        product,
        output,
        inFeatures,
        outFeatures,
        isAdapted,
        nodes,
        named);
  }

  /**
   * Returns the slice of a name.
   *
   * @param name the name, such as {@code query}
   * @return the slice, if the layer has it
   */
  public Optional<Slice> slice(String name) {
    return slices.stream().filter(s -> s.name().equals(name)).findFirst();
  }
}
