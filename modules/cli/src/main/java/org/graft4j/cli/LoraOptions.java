/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import java.util.List;
import org.graft4j.adapters.Targets;
import org.graft4j.adapters.lora.LoraConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of an adapter. */
final class LoraOptions {
  /** The methods that can be chosen. */
  enum Method {
    LORA
  }

  @Option(
      names = "--method",
      defaultValue = "lora",
      description = "The kind of adapter: lora. Default: ${DEFAULT-VALUE}.")
  @SuppressWarnings("unused") // one method so far: picocli refuses any other
  private Method method = Method.LORA;

  @Option(
      names = "--targets",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "query,value",
      description = {
        "Layers that get an adapter: module paths or their ends, with commas in between,",
        "or all-linear. Default: ${DEFAULT-VALUE}."
      })
  private List<String> targets = List.of();

  @Option(
      names = "--targets-regex",
      paramLabel = "REGEX",
      description = "Instead of --targets: layers whose whole module path matches.")
  private @Nullable String expression;

  @Option(
      names = "--exclude",
      split = ",",
      paramLabel = "NAME",
      description = "Layers that get none.")
  private List<String> exclude = List.of();

  @Option(names = "--rank", defaultValue = "8", description = "Default: ${DEFAULT-VALUE}.")
  private int rank;

  @Option(
      names = "--alpha",
      defaultValue = "16",
      description = "The update is scaled by alpha / rank. Default: ${DEFAULT-VALUE}.")
  private double alpha;

  @Option(
      names = "--dropout",
      defaultValue = "0",
      description = "On the adapter's input, while training. Default: ${DEFAULT-VALUE}.")
  private double dropout;

  @Option(names = "--rslora", description = "Scale by alpha / sqrt(rank) instead.")
  private boolean rsLora;

  LoraConfig config(long seed) {
    return LoraConfig.builder()
        .rank(rank)
        .alpha(alpha)
        .dropout(dropout)
        .rsLora(rsLora)
        .seed(seed)
        .targets(targets())
        .build();
  }

  private Targets targets() {
    Targets chosen =
        expression != null
            ? Targets.matching(expression)
            : targets.equals(List.of("all-linear")) ? Targets.allLinear() : Targets.of(targets);
    return exclude.isEmpty() ? chosen : chosen.excluding(exclude.toArray(String[]::new));
  }
}
