/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import java.util.HashMap;
import java.util.Map;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Value;
import org.graft4j.graph.roles.Embedding;
import org.graft4j.graph.roles.Linear;
import org.graft4j.graph.roles.Norm;
import org.graft4j.graph.roles.Roles;
import org.jspecify.annotations.Nullable;

/** The numbers in the weights of a model: not those in its masks, position ids and epsilons. */
final class BaseNumbers {

  private final Map<String, Long> lengths = new HashMap<>();

  private BaseNumbers() {}

  static long count(GraphView view, Roles roles) {
    BaseNumbers numbers = new BaseNumbers();
    for (Linear linear : roles.linears()) {
      numbers.add(linear.weight().base());
      numbers.add(linear.bias());
    }
    for (Norm norm : roles.norms()) {
      numbers.add(norm.weight());
      numbers.add(norm.beta());
    }
    for (Embedding embedding : roles.embeddings()) {
      numbers.add(embedding.table().base());
    }
    view.trainables().forEach(numbers::add);
    for (Value constant : view.constants()) {
      boolean named = constant.name().endsWith(".weight") || constant.name().endsWith(".bias");
      if (named && constant.dataType().isFPType()) {
        numbers.add(constant);
      }
    }
    return numbers.lengths.values().stream().mapToLong(Long::longValue).sum();
  }

  private void add(@Nullable Value value) {
    if (value != null && value.isStored()) {
      lengths.put(value.name(), value.array().length());
    }
  }
}
