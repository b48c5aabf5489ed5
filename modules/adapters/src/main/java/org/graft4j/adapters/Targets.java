/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A choice of layers by module path, with PEFT's rules: names match a path or its end, a regular
 * expression matches a whole path, {@code all-linear} is every linear layer but the output head;
 * what is excluded is looked at first; layer numbers narrow the rest.
 *
 * @param include which paths
 * @param exclude which paths not, looked at first
 * @param layers numbers of layers, such as 11 for {@code encoder.layer.11.attention.self.query};
 *     empty for all
 * @param layersPatterns names of the list of layers, such as {@code h} in {@code h.11.attn}; empty
 *     for any
 */
public record Targets(
    Choice include, Optional<Choice> exclude, Set<Integer> layers, List<String> layersPatterns) {

  /**
   * Copies the collections and checks that the parts fit.
   *
   * @param include which paths
   * @param exclude which paths not
   * @param layers numbers of layers
   * @param layersPatterns names of the list of layers
   */
  public Targets {
    requireNonNull(include);
    requireNonNull(exclude);
    layers = ImmutableSet.copyOf(layers);
    layersPatterns = ImmutableList.copyOf(layersPatterns);
    requireArgument(
        exclude.isEmpty() || !(exclude.get() instanceof AllLinear),
        "all-linear cannot be excluded");
    requireArgument(
        layers.isEmpty() || !(include instanceof Expression),
        "layer numbers do not go with a regular expression: %s; put the numbers into it",
        include);
    for (int layer : layers) {
      requireArgument(layer >= 0, "layer numbers cannot be negative: %s", layer);
    }
    layersPatterns.forEach(Targets::requireExpression);
    requireArgument(
        layersPatterns.isEmpty() || !layers.isEmpty(),
        "a layers pattern needs layer numbers: %s",
        layersPatterns);
  }

  /** A way to choose paths. */
  public sealed interface Choice permits Names, Expression, AllLinear {}

  /**
   * Paths that are, or end in, one of some names.
   *
   * @param names whole paths or their last segments
   */
  public record Names(List<String> names) implements Choice {

    /**
     * Checks the names.
     *
     * @param names whole paths or their last segments
     */
    public Names {
      names = ImmutableList.copyOf(names);
      requireArgument(!names.isEmpty(), "targets are empty; name at least one layer");
      for (String name : names) {
        requireArgument(!name.isBlank(), "a target is blank in %s", names);
      }
    }

    @Override
    public String toString() {
      return names.toString();
    }
  }

  /**
   * Paths that a regular expression matches as a whole.
   *
   * @param regex the expression
   */
  public record Expression(String regex) implements Choice {

    /**
     * Checks the expression.
     *
     * @param regex the expression
     */
    public Expression {
      requireExpression(regex);
    }

    @Override
    public String toString() {
      return "'" + regex + "'";
    }
  }

  /** Every linear layer but the output head. */
  public record AllLinear() implements Choice {
    @Override
    public String toString() {
      return "all-linear";
    }
  }

  /**
   * Chooses paths by name.
   *
   * @param names whole paths or their last segments
   * @return the choice
   */
  public static Targets of(String... names) {
    return of(List.of(names));
  }

  /**
   * Chooses paths by name.
   *
   * @param names whole paths or their last segments
   * @return the choice
   */
  public static Targets of(Collection<String> names) {
    return of(new Names(List.copyOf(names)));
  }

  /**
   * Chooses paths by a regular expression.
   *
   * @param regex matches whole paths
   * @return the choice
   */
  public static Targets matching(String regex) {
    return of(new Expression(regex));
  }

  /**
   * Chooses every linear layer but the output head.
   *
   * @return the choice
   */
  public static Targets allLinear() {
    return of(new AllLinear());
  }

  private static Targets of(Choice include) {
    return new Targets(include, Optional.empty(), Set.of(), List.of());
  }

  /**
   * Leaves paths out by name.
   *
   * @param names whole paths or their last segments
   * @return the narrower choice
   */
  public Targets excluding(String... names) {
    return excluding(new Names(List.of(names)));
  }

  /**
   * Leaves paths out.
   *
   * @param choice which
   * @return the narrower choice
   */
  public Targets excluding(Choice choice) {
    return new Targets(include, Optional.of(choice), layers, layersPatterns);
  }

  /**
   * Keeps only some layers of the model's list of layers.
   *
   * @param numbers their numbers, from 0
   * @return the narrower choice
   */
  public Targets layers(int... numbers) {
    return new Targets(
        include,
        exclude,
        IntStream.of(numbers).boxed().collect(ImmutableSet.toImmutableSet()),
        layersPatterns);
  }

  /**
   * Says which list of layers the numbers count.
   *
   * @param patterns the segments before the number, such as {@code h} or {@code block}; regular
   *     expressions
   * @return the narrower choice
   */
  public Targets layersPatterns(String... patterns) {
    return new Targets(include, exclude, layers, List.of(patterns));
  }

  private static void requireExpression(String regex) {
    try {
      Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "targets '" + regex + "' are not a regular expression: " + e.getDescription(), e);
    }
  }

  @FormatMethod
  static void requireArgument(
      boolean condition, @FormatString String message, @Nullable Object... values) {
    if (!condition) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, message, values));
    }
  }
}
