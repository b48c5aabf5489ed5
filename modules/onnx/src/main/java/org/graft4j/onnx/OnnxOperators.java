/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import java.util.SortedSet;
import java.util.TreeSet;

/** The ONNX operators that {@link OnnxImporter} understands. */
public final class OnnxOperators {
  private OnnxOperators() {}

  /**
   * Returns the names of the operators: plain for the standard domain, with the domain in front for
   * others ({@code com.microsoft.Gelu}).
   *
   * @return the names in alphabetical order
   */
  public static SortedSet<String> supported() {
    return new TreeSet<>(Translations.ALL.keySet());
  }
}
