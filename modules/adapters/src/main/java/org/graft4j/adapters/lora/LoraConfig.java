/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters.lora;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.graft4j.adapters.AdapterConfig;
import org.graft4j.adapters.AdapterMethod;
import org.graft4j.adapters.Targets;

/**
 * The numbers of LoRA; the defaults are PEFT's.
 *
 * @param rank the rank r of the change
 * @param alpha the numerator of the scale
 * @param dropout the share of the inputs of A that is dropped in training, in [0, 1)
 * @param targets the layers
 * @param rsLora whether the scale is {@code alpha / √r} instead of {@code alpha / r}
 * @param bias which biases of the base are trained as copies
 * @param rankPattern ranks of layers whose path, or its end, a regular expression matches; the
 *     first that matches counts
 * @param alphaPattern alphas of such layers
 * @param modulesToSave modules of the base that are trained as copies and saved whole
 * @param initialisation how A and B start
 * @param seed what A (and B) are drawn from
 */
public record LoraConfig(
    int rank,
    double alpha,
    double dropout,
    Targets targets,
    boolean rsLora,
    Bias bias,
    Map<String, Integer> rankPattern,
    Map<String, Double> alphaPattern,
    List<String> modulesToSave,
    Initialisation initialisation,
    long seed)
    implements AdapterConfig {

  /** Which biases are trained. */
  public enum Bias {
    /** None. */
    NONE,
    /** Those of all layers of the base, norms included. */
    ALL,
    /** Those of the adapted layers. */
    LORA_ONLY
  }

  /** How A and B start. */
  public enum Initialisation {
    /** A uniform in ±1/√in, B zero: nothing changes at first. */
    DEFAULT,
    /** A normal with standard deviation 1/r, B zero: nothing changes at first. */
    GAUSSIAN,
    /** A uniform in ±1/√in, B uniform in ±1/√r: outputs change at once; for tests. */
    NONE
  }

  /**
   * Checks the numbers and copies the collections.
   *
   * @param rank the rank
   * @param alpha the numerator of the scale
   * @param dropout the share of the inputs of A that is dropped
   * @param targets the layers
   * @param rsLora whether the scale is {@code alpha / √r}
   * @param bias which biases are trained
   * @param rankPattern ranks of some layers
   * @param alphaPattern alphas of some layers
   * @param modulesToSave modules that are trained as copies
   * @param initialisation how A and B start
   * @param seed what A is drawn from
   */
  public LoraConfig {
    require(rank > 0, "rank must be positive: " + rank);
    requireAlpha("alpha", alpha);
    require(dropout >= 0 && dropout < 1, "dropout must be at least 0 and less than 1: " + dropout);
    requireNonNull(targets);
    requireNonNull(bias);
    requireNonNull(initialisation);
    rankPattern = ImmutableMap.copyOf(rankPattern);
    alphaPattern = ImmutableMap.copyOf(alphaPattern);
    modulesToSave = ImmutableList.copyOf(modulesToSave);
    rankPattern.forEach(
        (pattern, r) -> {
          requireExpression(pattern);
          require(r > 0, "rank of '" + pattern + "' must be positive: " + r);
        });
    alphaPattern.forEach(
        (pattern, a) -> {
          requireExpression(pattern);
          requireAlpha("alpha of '" + pattern + "'", a);
        });
  }

  /**
   * Starts from PEFT's defaults; only the targets are missing.
   *
   * @return a builder
   */
  public static LoraConfigBuilder builder() {
    return new LoraConfigBuilder();
  }

  /**
   * Starts from these numbers.
   *
   * @return a builder
   */
  public LoraConfigBuilder toBuilder() {
    return new LoraConfigBuilder(this);
  }

  @Override
  public String peftType() {
    return "LORA";
  }

  @Override
  public AdapterMethod method() {
    return new Lora(this);
  }

  private static void requireAlpha(String what, double alpha) {
    require(
        alpha > 0 && alpha < Double.POSITIVE_INFINITY,
        what + " must be positive and finite: " + alpha);
  }

  private static void requireExpression(String pattern) {
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "pattern '" + pattern + "' is not a regular expression: " + e.getDescription(), e);
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
