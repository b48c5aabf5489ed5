/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of constants that carry a meaning through a stock save and load.
 *
 * <p>A <em>gate</em>, {@code <prefix>.gate}, is a scalar constant that scales an adapter: the
 * engine reads it at each run and never folds it. A <em>dropout</em>, {@code
 * <prefix>.dropout@<rate>}, is a scalar constant 1 that something is multiplied by: nothing in
 * stock runs, real dropout in the engine's training plans.
 *
 * <p>A <em>row gate</em>, {@code <adapter>.rows}, is in no graph: it names an array {@code [batch]}
 * that a run of the engine may be given, a factor for each row on the gates {@code
 * <path>.<adapter>.gate}.
 *
 * <p>In a causal model, {@value #SLOTS} and {@value #POSITIONS} are values that generation
 * replaces, and {@code <attention>/keys} and {@code <attention>/values}, {@code [batch, heads,
 * length, features]}, are what a cache keeps; each is the result of an identity.
 */
public final class Markers {
  /**
   * The value with the places of the tokens among the keys, INT64 {@code [length]}: 0, 1, … unless
   * a cache holds earlier keys.
   */
  public static final String SLOTS = "graph/slots";

  /** The value with the positions of the tokens, INT64 {@code [1, length]}. */
  public static final String POSITIONS = "graph/positions";

  private static final String KEYS = "/keys";
  private static final String VALUES = "/values";
  private static final String GATE = ".gate";
  private static final String ROWS = ".rows";
  private static final Pattern DROPOUT =
      Pattern.compile(".*\\.dropout@(\\d+(?:\\.\\d+)?(?:E-?\\d+)?)");

  private Markers() {}

  /**
   * Returns the name of a gate.
   *
   * @param prefix what the gate belongs to, such as {@code
   *     encoder.layer.0.attention.self.query.spam}
   * @return the name of the constant
   */
  public static String gate(String prefix) {
    return prefix + GATE;
  }

  /**
   * Returns whether a value is a gate.
   *
   * @param value a value
   * @return whether it is a constant of one element that is named like a gate
   */
  public static boolean isGate(Value value) {
    return value.name().endsWith(GATE) && value.scalar().isPresent();
  }

  /**
   * Returns the name of a row gate.
   *
   * @param adapter the adapter's name, without a dot, such as {@code spam}
   * @return the name that a run is given the factors under
   */
  public static String rowGate(String adapter) {
    return adapter + ROWS;
  }

  /**
   * Returns the name of the row gate that multiplies a gate.
   *
   * @param value a value
   * @return the name if the value is a gate, else nothing
   */
  public static Optional<String> rowGateOf(Value value) {
    if (!isGate(value)) {
      return Optional.empty();
    }
    String prefix = value.name().substring(0, value.name().length() - GATE.length());
    return Optional.of(rowGate(prefix.substring(prefix.lastIndexOf('.') + 1)));
  }

  /**
   * Returns whether a name is formed like that of a row gate.
   *
   * @param name a name
   * @return whether a row gate may have it
   */
  public static boolean isRowGate(String name) {
    return name.endsWith(ROWS);
  }

  /**
   * Returns the name of the keys of an attention.
   *
   * @param attention its module path
   * @return the name of the value
   */
  public static String keys(String attention) {
    return attention + KEYS;
  }

  /**
   * Returns the name of the values of an attention.
   *
   * @param attention its module path
   * @return the name of the value
   */
  public static String values(String attention) {
    return attention + VALUES;
  }

  /**
   * Returns whether a cache keeps a value.
   *
   * @param value a value
   * @return whether it is the result of an identity that is named like keys or values
   */
  public static boolean isCached(Value value) {
    String name = value.name();
    return (name.endsWith(KEYS) || name.endsWith(VALUES))
        && value.producer().filter(node -> node.is("identity")).isPresent();
  }

  /**
   * Returns the name of a dropout.
   *
   * @param prefix what the dropout belongs to
   * @param rate the share of elements that training drops, in [0, 1)
   * @return the name of the constant
   * @throws IllegalArgumentException if the rate is outside
   */
  public static String dropout(String prefix, double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("dropout rate must be in [0, 1): " + rate);
    }
    return prefix + ".dropout@" + rate;
  }

  /**
   * Returns the rate of a dropout.
   *
   * @param value a value
   * @return the rate if the value is a constant 1 that is named like a dropout, else nothing
   */
  public static OptionalDouble dropoutRate(Value value) {
    Matcher matcher = DROPOUT.matcher(value.name());
    OptionalDouble one = value.scalar();
    if (!matcher.matches() || one.isEmpty() || one.getAsDouble() != 1) {
      return OptionalDouble.empty();
    }
    double rate = Double.parseDouble(matcher.group(1));
    return rate < 1 ? OptionalDouble.of(rate) : OptionalDouble.empty();
  }
}
