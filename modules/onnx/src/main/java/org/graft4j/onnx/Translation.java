/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableMap;

/** How one operator becomes operations of the graph. */
interface Translation {
  /**
   * Writes the operations and returns the node's outputs; fewer than the operator has when the rest
   * is not supported.
   */
  Value[] translate(Call call);

  /** A translation with one output. */
  interface Single {
    Value translate(Call call);
  }

  /** Collects the translations of one family. */
  final class Family {
    private final ImmutableMap.Builder<String, Translation> translations = ImmutableMap.builder();

    Family one(String operator, Single translation) {
      translations.put(operator, call -> new Value[] {translation.translate(call)});
      return this;
    }

    Family many(String operator, Translation translation) {
      translations.put(operator, translation);
      return this;
    }

    ImmutableMap<String, Translation> build() {
      return translations.buildOrThrow();
    }
  }
}
