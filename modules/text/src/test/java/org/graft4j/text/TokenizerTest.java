/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids are those of Python's tokenizers 0.23.3 with the same file. */
final class TokenizerTest {
  @TempDir static Path folder;
  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    try (InputStream json =
        TokenizerTest.class.getResourceAsStream("/all-minilm-l6-v2-tokenizer.json")) {
      Files.copy(java.util.Objects.requireNonNull(json), file);
    }
    tokenizer = Tokenizer.load(folder);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void givesTheIdsOfTheReferenceLibrary() {
    assertThat(tokenizer.encode("You have won a prize!", 128).ids())
        .containsExactly(101, 2017, 2031, 2180, 1037, 3396, 999, 102);
    assertThat(tokenizer.encode("Ünïcode & naïve café 你好 👍", 128).ids())
        .containsExactly(101, 27260, 1004, 15743, 7668, 100, 100, 100, 102);
    assertThat(tokenizer.encode("[SEP] and [MASK] in text", 128).ids())
        .containsExactly(101, 102, 1998, 103, 1999, 3793, 102);
    assertThat(tokenizer.encode("", 128).ids()).containsExactly(101, 102);
    assertThat(tokenizer.decode(new long[] {101, 2017, 2031, 2180, 102})).isEqualTo("you have won");
  }

  @Test
  void cutsLongTextsAndKeepsSpecialTokens() {
    Tokens cut = tokenizer.encode("one two three four five six seven eight nine ten", 10);
    assertThat(cut.ids()).containsExactly(101, 2028, 2048, 2093, 2176, 2274, 2416, 2698, 2809, 102);
    assertThat(cut.truncated()).isTrue();
    Tokens whole = tokenizer.encode("one two", 4);
    assertThat(whole.ids()).containsExactly(101, 2028, 2048, 102);
    assertThat(whole.truncated()).isFalse();
    assertThatThrownBy(() -> tokenizer.encode("one", 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maximum length must be more than the 2 special tokens: 2");
  }

  @Test
  void ignoresTheLimitsInTheFile() {
    assertThat(tokenizer.encode("word ".repeat(300), 512).length()).isEqualTo(302);
    assertThat(tokenizer.encode("word", 512).length()).isEqualTo(3);
  }

  @Test
  void padsToTheLongest() {
    TokenBatch batch = tokenizer.pad(tokenizer.encode(List.of("one", "one two three"), 9), 1);
    assertThat(batch.size()).isEqualTo(2);
    assertThat(batch.length()).isEqualTo(5);
    assertThat(batch.ids())
        .isDeepEqualTo(new long[][] {{101, 2028, 102, 0, 0}, {101, 2028, 2048, 2093, 102}});
    assertThat(batch.mask()).isDeepEqualTo(new long[][] {{1, 1, 1, 0, 0}, {1, 1, 1, 1, 1}});
    assertThat(batch.types()).isDeepEqualTo(new long[2][5]);
    assertThat(tokenizer.pad(tokenizer.encode(List.of("one two three"), 9), 8).length())
        .isEqualTo(8);
    assertThat(tokenizer.encode(List.of(), 9)).isEmpty();
  }

  @Test
  void servesManyThreads() throws InterruptedException, ExecutionException {
    List<String> texts =
        IntStream.range(0, 200).mapToObj(i -> "text " + "more ".repeat(i)).toList();
    List<Tokens> serial = tokenizer.encode(texts, 64);
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Tokens>> calls = new ArrayList<>();
      texts.forEach(t -> calls.add(() -> tokenizer.encode(t, 64)));
      List<Future<Tokens>> futures = pool.invokeAll(calls);
      for (int i = 0; i < texts.size(); i++) {
        assertThat(futures.get(i).get().ids()).containsExactly(serial.get(i).ids());
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void saysWhatIsWrongWithTheFile() throws IOException {
    Path missing = folder.resolve("no.json");
    assertThatThrownBy(() -> Tokenizer.load(missing).close())
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(missing + ": there is no such tokenizer.json; check the path");
    Path broken = Files.writeString(folder.resolve("broken.json"), "{\"model\": 1");
    assertThatThrownBy(() -> Tokenizer.load(broken).close())
        .isInstanceOf(TextFileException.class)
        .hasMessageStartingWith("broken.json: not a tokenizer.json that can be read: ");
  }
}
