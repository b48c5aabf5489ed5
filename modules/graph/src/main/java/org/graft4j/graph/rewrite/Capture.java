/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.rewrite;

/**
 * A place that a pattern fills and a rule reads. Two captures are different even when their names
 * are equal.
 *
 * @param <T> what is captured: a {@code Node} or a {@code Value}
 */
@SuppressWarnings("UnusedTypeParameter") // it types Match#get
public final class Capture<T> {
  private final String name;

  private Capture(String name) {
    this.name = name;
  }

  /**
   * Makes a place.
   *
   * @param <T> what will be captured
   * @param name its name in messages
   * @return the place
   */
  public static <T> Capture<T> of(String name) {
    return new Capture<>(name);
  }

  @Override
  public String toString() {
    return name;
  }
}
