/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters.lora;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.graft4j.adapters.Targets;
import org.jspecify.annotations.Nullable;

/** Collects the numbers of a {@link LoraConfig}. */
public final class LoraConfigBuilder {

  private int rank = 8;
  private double alpha = 8;
  private double dropout;
  private @Nullable Targets targets;
  private boolean rsLora;
  private LoraConfig.Bias bias = LoraConfig.Bias.NONE;
  private Map<String, Integer> rankPattern = Map.of();
  private Map<String, Double> alphaPattern = Map.of();
  private List<String> modulesToSave = List.of();
  private LoraConfig.Initialisation initialisation = LoraConfig.Initialisation.DEFAULT;
  private long seed;

  LoraConfigBuilder() {}

  LoraConfigBuilder(LoraConfig config) {
    rank = config.rank();
    alpha = config.alpha();
    dropout = config.dropout();
    targets = config.targets();
    rsLora = config.rsLora();
    bias = config.bias();
    rankPattern = config.rankPattern();
    alphaPattern = config.alphaPattern();
    modulesToSave = config.modulesToSave();
    initialisation = config.initialisation();
    seed = config.seed();
  }

  /**
   * Sets the rank of the change.
   *
   * @param value a positive number, 8 if not set
   * @return this
   */
  public LoraConfigBuilder rank(int value) {
    rank = value;
    return this;
  }

  /**
   * Sets the numerator of the scale.
   *
   * @param value a positive number, 8 if not set
   * @return this
   */
  public LoraConfigBuilder alpha(double value) {
    alpha = value;
    return this;
  }

  /**
   * Sets the share of the inputs that is dropped in training.
   *
   * @param value a number in [0, 1), 0 if not set
   * @return this
   */
  public LoraConfigBuilder dropout(double value) {
    dropout = value;
    return this;
  }

  /**
   * Sets the layers by name.
   *
   * @param names module paths or their last segments
   * @return this
   */
  public LoraConfigBuilder targets(String... names) {
    return targets(Targets.of(names));
  }

  /**
   * Sets the layers by name.
   *
   * @param names module paths or their last segments
   * @return this
   */
  public LoraConfigBuilder targets(Collection<String> names) {
    return targets(Targets.of(names));
  }

  /**
   * Sets the layers.
   *
   * @param value the choice
   * @return this
   */
  public LoraConfigBuilder targets(Targets value) {
    targets = value;
    return this;
  }

  /**
   * Sets whether the scale is {@code alpha / √r}.
   *
   * @param value false if not set
   * @return this
   */
  public LoraConfigBuilder rsLora(boolean value) {
    rsLora = value;
    return this;
  }

  /**
   * Sets which biases are trained.
   *
   * @param value none if not set
   * @return this
   */
  public LoraConfigBuilder bias(LoraConfig.Bias value) {
    bias = value;
    return this;
  }

  /**
   * Sets ranks of single layers.
   *
   * @param value ranks by regular expression for a path or its end
   * @return this
   */
  public LoraConfigBuilder rankPattern(Map<String, Integer> value) {
    rankPattern = value;
    return this;
  }

  /**
   * Sets alphas of single layers.
   *
   * @param value alphas by regular expression for a path or its end
   * @return this
   */
  public LoraConfigBuilder alphaPattern(Map<String, Double> value) {
    alphaPattern = value;
    return this;
  }

  /**
   * Sets the modules that are trained as copies and saved whole.
   *
   * @param paths module paths or their last segments
   * @return this
   */
  public LoraConfigBuilder modulesToSave(String... paths) {
    return modulesToSave(List.of(paths));
  }

  /**
   * Sets the modules that are trained as copies and saved whole.
   *
   * @param paths module paths or their last segments
   * @return this
   */
  public LoraConfigBuilder modulesToSave(List<String> paths) {
    modulesToSave = paths;
    return this;
  }

  /**
   * Sets how A and B start.
   *
   * @param value the default if not set
   * @return this
   */
  public LoraConfigBuilder initialisation(LoraConfig.Initialisation value) {
    initialisation = value;
    return this;
  }

  /**
   * Sets what A is drawn from.
   *
   * @param value any number, 0 if not set
   * @return this
   */
  public LoraConfigBuilder seed(long value) {
    seed = value;
    return this;
  }

  /**
   * Checks the numbers.
   *
   * @return the configuration
   * @throws IllegalArgumentException if a number is out of range or there are no targets
   */
  public LoraConfig build() {
    if (targets == null) {
      throw new IllegalArgumentException(
          "targets are missing; name layers such as query and value, or take all-linear");
    }
    return new LoraConfig(
        rank,
        alpha,
        dropout,
        targets,
        rsLora,
        bias,
        rankPattern,
        alphaPattern,
        modulesToSave,
        initialisation,
        seed);
  }
}
