/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.text;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Strings.lenientFormat;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A Hugging Face tokenizer from a {@code tokenizer.json}. Thread-safe. Truncation and padding that
 * the file asks for are ignored: each call says its limit, and a batch is padded to its longest
 * text.
 */
public final class Tokenizer implements AutoCloseable {
  /**
   * How padding is spelled, most specific first. Without any of these the padding id is 0; it is
   * masked anyway.
   */
  private static final ImmutableList<String> PADDING =
      ImmutableList.of(
          "[PAD]", "<pad>", "<|pad|>", "<|finetune_right_pad_id|>", "<|endoftext|>", "</s>");

  private final HuggingFaceTokenizer tokenizer;
  private final long padding;

  private Tokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.padding = PADDING.stream().mapToLong(this::id).filter(id -> id >= 0).findFirst().orElse(0);
  }

  /**
   * Opens a tokenizer.
   *
   * @param file a {@code tokenizer.json}, or a folder that has one
   * @return the tokenizer
   * @throws NoSuchFileException if there is no such file
   * @throws TextFileException if the file is no tokenizer
   * @throws IOException if the file cannot be read
   */
  public static Tokenizer load(Path file) throws IOException {
    Path json = Files.isDirectory(file) ? file.resolve("tokenizer.json") : file;
    if (!Files.isRegularFile(json)) {
      throw new NoSuchFileException(
          json.toString(), null, "there is no such tokenizer.json; check the path");
    }
    try {
      return new Tokenizer(
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(json)
              .optTruncation(false)
              .optPadding(false)
              .optAddSpecialTokens(true)
              .build());
    } catch (RuntimeException e) {
      throw new TextFileException(
          lenientFormat(
              "%s: not a tokenizer.json that can be read: %s", json.getFileName(), e.getMessage()),
          e);
    }
  }

  /**
   * Encodes a text with the special tokens of the model. A longer text loses tokens at its end,
   * never a special token.
   *
   * @param text the text
   * @param maxLength the most tokens, special ones included
   * @return ids and types
   * @throws IllegalArgumentException if the limit leaves no room for text
   */
  public Tokens encode(String text, int maxLength) {
    Encoding encoding = tokenizer.encode(text, true, false);
    return cut(encoding, maxLength);
  }

  /**
   * Encodes texts, on all cores.
   *
   * @param texts the texts
   * @param maxLength the most tokens of one, special ones included
   * @return ids and types, one a text
   * @throws IllegalArgumentException if the limit leaves no room for text
   */
  public List<Tokens> encode(List<String> texts, int maxLength) {
    if (texts.isEmpty()) {
      return List.of();
    }
    return Arrays.stream(tokenizer.batchEncode(texts, true, false))
        .map(e -> cut(e, maxLength))
        .toList();
  }

  private static Tokens cut(Encoding encoding, int maxLength) {
    long[] ids = encoding.getIds();
    long[] types = encoding.getTypeIds();
    long[] special = encoding.getSpecialTokenMask();
    int head = 0;
    while (head < ids.length && special[head] != 0) {
      head++;
    }
    int tail = 0;
    while (tail < ids.length - head && special[ids.length - 1 - tail] != 0) {
      tail++;
    }
    checkArgument(
        maxLength > head + tail,
        "maximum length must be more than the %s special tokens: %s",
        head + tail,
        maxLength);
    if (ids.length <= maxLength) {
      return new Tokens(ids, types, false);
    }
    return new Tokens(cut(ids, maxLength, tail), cut(types, maxLength, tail), true);
  }

  private static long[] cut(long[] values, int length, int tail) {
    long[] cut = Arrays.copyOf(values, length);
    System.arraycopy(values, values.length - tail, cut, length - tail, tail);
    return cut;
  }

  /**
   * Puts texts into rectangular arrays, padded on the right to the longest of them.
   *
   * @param texts encoded texts
   * @param multiple the padded length is rounded up to a multiple of this; 1 for none
   * @return the arrays
   * @throws IllegalArgumentException if the multiple is not positive
   */
  public TokenBatch pad(List<Tokens> texts, int multiple) {
    checkArgument(multiple > 0, "multiple must be positive: %s", multiple);
    int longest = texts.stream().mapToInt(Tokens::length).max().orElse(0);
    int length = (longest + multiple - 1) / multiple * multiple;
    long[][] ids = new long[texts.size()][length];
    long[][] mask = new long[texts.size()][length];
    long[][] types = new long[texts.size()][length];
    for (int row = 0; row < ids.length; row++) {
      Tokens tokens = texts.get(row);
      Arrays.fill(ids[row], tokens.length(), length, padding);
      Arrays.fill(mask[row], 0, tokens.length(), 1);
      tokens.copyTo(ids[row], types[row], 0);
    }
    return new TokenBatch(ids, mask, types);
  }

  /**
   * Turns ids back into text.
   *
   * @param ids token ids
   * @return the text without special tokens
   */
  public String decode(long[] ids) {
    return tokenizer.decode(ids, true);
  }

  /** Frees the native memory. */
  @Override
  public void close() {
    tokenizer.close();
  }

  /** The id of a token that is in the vocabulary under exactly this spelling, or -1. */
  private long id(String token) {
    Encoding encoding = tokenizer.encode(token, false, false);
    return encoding.getIds().length == 1 && encoding.getTokens()[0].equals(token)
        ? encoding.getIds()[0]
        : -1;
  }
}
