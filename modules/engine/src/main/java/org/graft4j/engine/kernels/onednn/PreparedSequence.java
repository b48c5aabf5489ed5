/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.graft4j.engine.kernels.Binding;
import org.graft4j.engine.kernels.Kernel;
import org.graft4j.engine.kernels.UnboundKernel;
import org.graft4j.engine.program.TensorType;

/**
 * Primitives that run one after the other. They name the same scratch arrays, and their scratchpads
 * lie in one place.
 */
final class PreparedSequence implements UnboundKernel {
  private final List<PreparedPrimitive> parts;
  private final Set<Integer> inPlace;

  /**
   * Takes the primitives.
   *
   * @param inPlace inputs whose memory the first output may take
   * @param parts the primitives, in the order they run
   */
  PreparedSequence(Set<Integer> inPlace, PreparedPrimitive... parts) {
    this.parts = List.of(parts);
    this.inPlace = inPlace;
  }

  @Override
  public List<TensorType> workspaces() {
    return parts.stream()
        .map(PreparedPrimitive::workspaces)
        .max(Comparator.comparingLong(PreparedSequence::bytes))
        .orElseThrow();
  }

  static long bytes(List<TensorType> workspaces) {
    return workspaces.stream().mapToLong(TensorType::bytes).sum();
  }

  @Override
  public boolean inPlace(int input) {
    return inPlace.contains(input);
  }

  @Override
  public Kernel bind(Binding binding) {
    return Kernel.sequence(parts, part -> part.bind(binding));
  }

  @Override
  public void close() {
    parts.forEach(PreparedPrimitive::close);
  }
}
