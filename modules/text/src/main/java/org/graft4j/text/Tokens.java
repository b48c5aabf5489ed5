/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.text;

/** One text as token ids, with the special tokens of its model and without padding. */
public final class Tokens {
  private final long[] ids;
  private final long[] types;
  private final boolean truncated;

  Tokens(long[] ids, long[] types, boolean truncated) {
    this.ids = ids;
    this.types = types;
    this.truncated = truncated;
  }

  /**
   * The token ids.
   *
   * @return a fresh array
   */
  public long[] ids() {
    return ids.clone();
  }

  /**
   * The segment of each token, 0 for a single text.
   *
   * @return a fresh array as long as the ids
   */
  public long[] types() {
    return types.clone();
  }

  /**
   * The number of tokens.
   *
   * @return at least 0
   */
  public int length() {
    return ids.length;
  }

  /**
   * Says whether the text was longer than the limit.
   *
   * @return true if tokens were cut off
   */
  public boolean truncated() {
    return truncated;
  }

  void copyTo(long[] idsTo, long[] typesTo, int at) {
    System.arraycopy(ids, 0, idsTo, at, ids.length);
    System.arraycopy(types, 0, typesTo, at, types.length);
  }
}
