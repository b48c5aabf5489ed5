/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.text;

import static java.util.Objects.requireNonNull;

/**
 * A text with the class it belongs to.
 *
 * @param text the text
 * @param label the name of the class
 */
public record LabeledText(String text, String label) {
  /**
   * Checks that both are there.
   *
   * @param text the text
   * @param label the name of the class
   */
  public LabeledText {
    requireNonNull(text, "text");
    requireNonNull(label, "label");
  }
}
