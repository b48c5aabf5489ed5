/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import java.util.Locale;

/** How the vectors of a text's tokens become one vector. */
public enum Pooling {
  /** The mean over the tokens that are not padding. */
  MEAN,
  /** The vector of the first token, {@code [CLS]} in BERT. */
  CLS,
  /** The vector of the last token that is not padding, for decoders. */
  LAST;

  /**
   * The name in files and on the command line.
   *
   * @return lower case
   */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Finds a pooling by its name in files.
   *
   * @param label mean, cls or last
   * @return the pooling
   * @throws IllegalArgumentException if there is none of this name
   */
  public static Pooling of(String label) {
    for (Pooling pooling : values()) {
      if (pooling.label().equals(label)) {
        return pooling;
      }
    }
    throw new IllegalArgumentException("pooling must be mean, cls or last: '" + label + "'");
  }
}
