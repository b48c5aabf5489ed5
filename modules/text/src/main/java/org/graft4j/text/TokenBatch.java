/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.text;

/**
 * Texts as rectangular arrays {@code [texts, length]}: ids, attention mask (1 token, 0 padding) and
 * token types.
 */
public final class TokenBatch {
  private final long[][] ids;
  private final long[][] mask;
  private final long[][] types;

  TokenBatch(long[][] ids, long[][] mask, long[][] types) {
    this.ids = ids;
    this.mask = mask;
    this.types = types;
  }

  /**
   * The number of texts.
   *
   * @return rows
   */
  public int size() {
    return ids.length;
  }

  /**
   * The padded length.
   *
   * @return columns
   */
  public int length() {
    return ids.length == 0 ? 0 : ids[0].length;
  }

  /**
   * The token ids.
   *
   * @return {@code [texts, length]}, not a copy
   */
  public long[][] ids() {
    return ids;
  }

  /**
   * The attention mask.
   *
   * @return {@code [texts, length]}, 1 for tokens and 0 for padding, not a copy
   */
  public long[][] mask() {
    return mask;
  }

  /**
   * The token types.
   *
   * @return {@code [texts, length]}, not a copy
   */
  public long[][] types() {
    return types;
  }
}
