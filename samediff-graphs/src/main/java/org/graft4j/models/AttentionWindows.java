/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * How many tokens each layer sees, its own and those before it; 0 for all.
 *
 * @param ofLayers the number for each layer
 */
public record AttentionWindows(List<Integer> ofLayers) {

  /**
   * Copies the numbers.
   *
   * @param ofLayers the number for each layer
   */
  public AttentionWindows {
    ofLayers = List.copyOf(ofLayers);
  }

  /**
   * Returns the same window for all layers.
   *
   * @param layers the number of layers
   * @param window how many tokens are seen; 0 for all
   * @return the windows
   */
  public static AttentionWindows same(int layers, int window) {
    return new AttentionWindows(IntStream.range(0, layers).map(layer -> window).boxed().toList());
  }

  /**
   * Reads which layers have a window, from {@code layer_types}, or by a rule where there is no such
   * list.
   *
   * @param config the configuration of a model
   * @param layers the number of layers
   * @param window how many tokens a layer of type sliding_attention sees; 0 for all
   * @param slides the rule: whether a layer, counted from 0, has the window
   * @return the windows
   * @throws ModelException if there is not one type for each layer, or another one than
   *     full_attention and sliding_attention
   */
  public static AttentionWindows of(ModelConfig config, int layers, int window, IntPredicate slides)
      throws ModelException {
    List<String> types = config.texts("layer_types");
    if (types.isEmpty()) {
      return new AttentionWindows(
          IntStream.range(0, layers).map(i -> slides.test(i) ? window : 0).boxed().toList());
    }
    if (types.size() != layers) {
      throw config.wrong("layer_types", "must name a type for each of " + layers + " layers");
    }
    if (!List.of("full_attention", "sliding_attention").containsAll(types)) {
      throw config.wrong(
          "layer_types", "has one that is not known; known are full_attention, sliding_attention");
    }
    return new AttentionWindows(
        types.stream().map(type -> type.equals("sliding_attention") ? window : 0).toList());
  }
}
