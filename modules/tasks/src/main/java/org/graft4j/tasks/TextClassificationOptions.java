/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * How texts are classified.
 *
 * @param adapter the adapter that the head belongs to; null for the one attached last
 * @param pooling how token vectors become one; {@link Pooling#MEAN} unless said otherwise
 * @param maxLength the most tokens of a text, special ones included; 128 unless said otherwise
 * @param hidden the name of the value with the token vectors {@code [batch, length, hidden]}; null
 *     to find it
 * @param seed decides the first weights of the head
 * @param lengthMultiple lengths of batches are rounded up to a multiple of this, so that compiled
 *     plans are used again; 16 unless said otherwise
 */
public record TextClassificationOptions(
    @Nullable String adapter,
    Pooling pooling,
    int maxLength,
    @Nullable String hidden,
    long seed,
    int lengthMultiple) {
  /** Mean pooling, 128 tokens, seed 42. */
  public static final TextClassificationOptions DEFAULT =
      new TextClassificationOptions(null, Pooling.MEAN, 128, null, 42, 16);

  /**
   * Checks the numbers.
   *
   * @param adapter the adapter that the head belongs to; null for the one attached last
   * @param pooling how token vectors become one
   * @param maxLength the most tokens of a text
   * @param hidden the name of the value with the token vectors; null to find it
   * @param seed decides the first weights of the head
   * @param lengthMultiple lengths of batches are rounded up to a multiple of this
   */
  public TextClassificationOptions {
    requireNonNull(pooling, "pooling");
    checkArgument(maxLength > 0, "maximum length must be positive: %s", maxLength);
    checkArgument(lengthMultiple > 0, "length multiple must be positive: %s", lengthMultiple);
  }

  /**
   * The same for another adapter.
   *
   * @param name the adapter that the head belongs to
   * @return new options
   */
  public TextClassificationOptions withAdapter(String name) {
    return new TextClassificationOptions(name, pooling, maxLength, hidden, seed, lengthMultiple);
  }

  /**
   * The same with another pooling.
   *
   * @param other how token vectors become one
   * @return new options
   */
  public TextClassificationOptions withPooling(Pooling other) {
    return new TextClassificationOptions(adapter, other, maxLength, hidden, seed, lengthMultiple);
  }

  /**
   * The same with another limit.
   *
   * @param tokens the most tokens of a text
   * @return new options
   */
  public TextClassificationOptions withMaxLength(int tokens) {
    return new TextClassificationOptions(adapter, pooling, tokens, hidden, seed, lengthMultiple);
  }

  /**
   * The same over another value.
   *
   * @param value the name of the value with the token vectors
   * @return new options
   */
  public TextClassificationOptions withHidden(String value) {
    return new TextClassificationOptions(adapter, pooling, maxLength, value, seed, lengthMultiple);
  }

  /**
   * The same with another seed.
   *
   * @param number decides the first weights of the head
   * @return new options
   */
  public TextClassificationOptions withSeed(long number) {
    return new TextClassificationOptions(
        adapter, pooling, maxLength, hidden, number, lengthMultiple);
  }
}
