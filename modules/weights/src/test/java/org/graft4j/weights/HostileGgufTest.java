/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import static com.google.common.base.Strings.lenientFormat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.google.common.io.Resources;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever the bytes are: tensors and entries, or one sentence. */
final class HostileGgufTest {
  private static final int F32 = 0;
  private static final int Q4_0 = 2;

  @TempDir Path folder;

  /** The bytes of a file, written field by field. */
  private static final class Bytes {
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 17).order(ByteOrder.LITTLE_ENDIAN);

    static Bytes header(long tensors, long entries) {
      Bytes bytes = new Bytes();
      bytes.buffer.put("GGUF".getBytes(StandardCharsets.UTF_8));
      return bytes.ints(3).longs(tensors, entries);
    }

    Bytes ints(int... values) {
      Arrays.stream(values).forEach(buffer::putInt);
      return this;
    }

    Bytes longs(long... values) {
      Arrays.stream(values).forEach(buffer::putLong);
      return this;
    }

    Bytes text(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      buffer.putLong(bytes.length).put(bytes);
      return this;
    }

    Bytes alignment(int alignment) {
      return text("general.alignment").ints(4, alignment);
    }

    Bytes tensor(String name, int type, long offset, long... innermostFirst) {
      return text(name).ints(innermostFirst.length).longs(innermostFirst).ints(type).longs(offset);
    }

    /** Fills up to the alignment and adds data. */
    byte[] data(int alignment, int count) {
      int start = (buffer.position() + alignment - 1) / alignment * alignment;
      return Arrays.copyOf(buffer.array(), start + count);
    }

    byte[] end() {
      return Arrays.copyOf(buffer.array(), buffer.position());
    }
  }

  private void assertBroken(byte[] bytes, String message) throws IOException {
    Path file = Files.write(folder.resolve("m.gguf"), bytes);
    assertThatThrownBy(() -> Gguf.open(file).close())
        .isInstanceOf(TensorFileException.class)
        .hasMessage("m.gguf: " + message);
  }

  private void assertReads(byte[] bytes, String tensor, long... shape) throws IOException {
    try (TensorFile file = TensorFile.open(Files.write(folder.resolve("m.gguf"), bytes))) {
      assertThat(file.read(tensor).shape()).containsExactly(shape);
    }
  }

  @Test
  void refusesOtherFiles() throws IOException {
    assertBroken(new byte[0], "the header ends at byte 4, but the file has 0");
    assertBroken(
        "PK34567890".getBytes(StandardCharsets.UTF_8),
        "the file does not begin with 'GGUF'; this is not a GGUF file");
    byte[] file = Bytes.header(0, 0).end();
    file[4] = 1;
    assertBroken(file, "the version of GGUF is neither 2 nor 3: 1");
    file[4] = 0;
    assertBroken(file, "the version of GGUF is neither 2 nor 3: 0");
    file[7] = 3;
    assertBroken(file, "the file is big-endian; write it on a little-endian machine");
    assertBroken(
        Bytes.header(0, 1).text("split.count").ints(2, 3).end(),
        "the model was split into 3 files; join them with llama-gguf-split --merge");
  }

  @Test
  void refusesImpossibleCounts() throws IOException {
    assertBroken(
        Bytes.header(-1, 0).end(),
        "the header has an impossible length at byte 8: 18446744073709551615");
    assertBroken(
        Bytes.header(0, 1L << 40).end(),
        "the header has an impossible length at byte 16: 1099511627776");
    assertBroken(Bytes.header(0, 9).end(), "the header ends at byte 33, but the file has 24");
    assertBroken(
        Bytes.header(0, 1).longs(1L << 62).end(),
        "the key of entry 0 has an impossible length at byte 24: 4611686018427387904");
    assertBroken(
        Bytes.header(0, 1).longs(100).end(),
        "the key of entry 0 ends at byte 132, but the file has 32");
    assertBroken(
        Bytes.header(0, 1).text("x".repeat(65536)).end(),
        "the key of entry 0 is longer than 65535 characters: 65536");
    assertBroken(
        Bytes.header(0, 1).text("k").ints(9, 12).longs(1 << 20).end(),
        "the value of 'k' ends at byte 8388657, but the file has 49");
    assertBroken(
        Bytes.header(0, 1).text("k").ints(9, 8).longs(1 << 20).end(),
        "the value of 'k' ends at byte 8388657, but the file has 49");
    assertBroken(
        Bytes.header(0, 1).text("k").ints(9, 8).longs(1L << 61).end(),
        "the value of 'k' has an impossible length at byte 41: 2305843009213693952");
    assertBroken(
        Bytes.header(1, 0).text("w").ints(5).end(), "tensor 'w' has more than 4 dimensions: 5");
    assertBroken(
        Bytes.header(1, 0).text("w").ints(-1).end(),
        "tensor 'w' has more than 4 dimensions: 4294967295");
  }

  @Test
  void refusesHugeHeaders() throws IOException {
    Path file = folder.resolve("m.gguf");
    byte[] begin = Bytes.header(0, 2).text("k").ints(9, 0).longs(1 << 27).end();
    try (var channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(begin));
      channel.write(ByteBuffer.wrap(new byte[1]), 1L << 28);
    }
    assertThatThrownBy(() -> Gguf.open(file).close())
        .isInstanceOf(TensorFileException.class)
        .hasMessage("m.gguf: the header is larger than 134217728 bytes, within the value of 'k'");
  }

  @Test
  void refusesBadEntries() throws IOException {
    assertBroken(
        Bytes.header(0, 1).text("k").ints(13).end(), "the value of 'k' has an unknown type: 13");
    assertBroken(
        Bytes.header(0, 1).text("k").ints(9, 9).longs(1).ints(0).longs(0).end(),
        "the value of 'k' is an array of arrays; nothing known uses it");
    assertBroken(
        Bytes.header(0, 2).text("k").ints(4, 1).text("k").ints(4, 1).end(),
        "two entries have the key 'k'");
    assertBroken(
        Bytes.header(0, 1).text("k").ints(7, 2).end(),
        "the value of 'k' is a bool that is neither 0 nor 1: 2");
    byte[] latin1 = Bytes.header(0, 1).text("k").ints(8).text("abc").end();
    latin1[latin1.length - 1] = (byte) 0xe4;
    assertBroken(latin1, "the value of 'k' holds a string that is not UTF-8 before byte 48");
    for (int alignment : new int[] {0, 24, 1 << 17}) {
      assertBroken(
          Bytes.header(0, 1).alignment(alignment).end(),
          "'general.alignment' is not a power of two up to 65536: " + alignment);
    }
    assertBroken(
        Bytes.header(0, 1).text("general.alignment").ints(8).text("32").end(),
        "the value of 'general.alignment' is not an integer: string");
  }

  @Test
  void refusesBadTensors() throws IOException {
    assertBroken(
        Bytes.header(1, 0).tensor("w", 16, 0, 256).data(32, 66),
        "tensor 'w' has an unsupported type: 16; known are F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0,"
            + " Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, I8, I16, I32, I64, F64, BF16");
    assertBroken(
        Bytes.header(1, 0).tensor("w", Q4_0, 0, 31).data(32, 18),
        "tensor 'w' has rows that are no multiple of the 32 elements of a block of Q4_0: 31");
    assertBroken(
        Bytes.header(1, 0).tensor("w", F32, 4, 1).data(32, 8),
        "tensor 'w' begins at an offset that is no multiple of 32: 4");
    assertBroken(
        Bytes.header(1, 1).alignment(64).tensor("w", F32, 32, 1).data(64, 64),
        "tensor 'w' begins at an offset that is no multiple of 64: 32");
    assertBroken(
        Bytes.header(1, 0).tensor("w", F32, 0, -2).data(32, 8),
        "tensor 'w' has an impossible dimension: 18446744073709551614");
    assertBroken(
        Bytes.header(2, 0).tensor("w", F32, 0, 1).tensor("w", F32, 32, 1).data(32, 64),
        "two tensors are named 'w'");
    assertBroken(
        Bytes.header(2, 0).tensor("v", F32, 0, 9).tensor("w", F32, 32, 1).data(32, 64),
        "tensors 'v' and 'w' overlap at byte 128");
    assertReads(
        Bytes.header(2, 0).tensor("v", F32, 0, 8).tensor("w", F32, 32, 1).data(32, 36), "w", 1);
  }

  @Test
  void refusesTensorsBeyondTheEnd() throws IOException {
    assertBeyond(
        Bytes.header(1, 0).tensor("w", F32, 0, 3, 2).data(32, 23), "F32", "[2, 3]", "0", 96);
    assertReads(Bytes.header(1, 0).tensor("w", F32, 0, 3, 2).data(32, 24), "w", 2, 3);
    assertBeyond(Bytes.header(1, 0).tensor("w", Q4_0, 0, 64).data(32, 35), "Q4_0", "[64]", "0", 64);
    assertReads(Bytes.header(1, 0).tensor("w", Q4_0, 0, 64).data(32, 36), "w", 64);
    for (long offset : new long[] {1L << 40, 1L << 63, -32, 32}) {
      assertBeyond(
          Bytes.header(1, 0).tensor("w", F32, offset, 1).data(32, 32),
          "F32",
          "[1]",
          Long.toUnsignedString(offset),
          64);
    }
    for (long size : new long[] {1L << 40, 1L << 61, 1L << 62, Long.MAX_VALUE}) {
      assertBeyond(
          Bytes.header(1, 0).tensor("w", F32, 0, size).data(32, 4),
          "F32",
          "[" + size + "]",
          "0",
          64);
      assertBeyond(
          Bytes.header(1, 0).tensor("w", F32, 0, size, 4).data(32, 4),
          "F32",
          "[4, " + size + "]",
          "0",
          96);
    }
    assertBeyond(Bytes.header(1, 0).tensor("w", F32, 0, 0).end(), "F32", "[0]", "0", 64);
    assertReads(
        Bytes.header(1, 0).tensor("w", F32, 0, 1L << 62, 4, 0).data(32, 0), "w", 0, 4, 1L << 62);
    assertReads(Bytes.header(1, 0).tensor("w", F32, 0).data(32, 4), "w");
  }

  private void assertBeyond(byte[] bytes, String type, String shape, String offset, int start)
      throws IOException {
    assertBroken(
        bytes,
        lenientFormat(
            "tensor 'w' of type %s and shape %s at offset %s of the data, which begin at byte %s,"
                + " ends beyond the file: %s bytes",
            type, shape, offset, start, bytes.length));
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    byte[] good = good();
    long end = 0;
    try (TensorFile whole = TensorFile.open(Files.write(folder.resolve("m.gguf"), good))) {
      for (String name : whole.names()) {
        end = Math.max(end, whole.info(name).position() + whole.info(name).bytes());
      }
    }
    assertThat(end).isGreaterThan(4000);
    for (int length = 0; length < end; length += length < 3000 ? 1 : 37) {
      Path file = Files.write(folder.resolve("m.gguf"), Arrays.copyOf(good, length));
      assertThatThrownBy(() -> Gguf.open(file).close())
          .as("cut to %d bytes", length)
          .isInstanceOf(TensorFileException.class)
          .hasMessageMatching(
              "m.gguf: .*(but the file has " + length + "|beyond the file: " + length + " bytes)");
    }
  }

  @Test
  void noticesAFileThatIsCutWhileOpen() throws IOException {
    Path file = Files.write(folder.resolve("m.gguf"), good());
    try (TensorFile open = TensorFile.open(file)) {
      Files.write(file, new byte[1700]);
      assertThatThrownBy(() -> open.read("Q6_K"))
          .isInstanceOf(TensorFileException.class)
          .hasMessageMatching(
              "m.gguf: tensor 'Q6_K' ends at byte \\d+, but the file was cut to 1700 while it was"
                  + " open");
    }
  }

  @Test
  void survivesRandomDamage() throws IOException {
    byte[] good = good();
    long seed = 20260105;
    Random random = new Random(seed);
    int refused = 0;
    for (int round = 0; round < 4000; round++) {
      byte[] bad = good.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextInt(round % 2 == 0 ? 24 : 2000);
        bad[at] =
            round % 3 == 0 ? (byte) random.nextInt() : (byte) (bad[at] ^ 1 << random.nextInt(8));
      }
      if (round % 5 == 0) {
        bad = Arrays.copyOf(bad, random.nextInt(bad.length));
      }
      try (Gguf file = Gguf.open(Files.write(folder.resolve("m.gguf"), bad))) {
        for (String name : file.tensors().names()) {
          file.tensors().read(name);
        }
        for (String key : file.metadata().keys()) {
          file.metadata().findIntegers(key);
        }
      } catch (TensorFileException expected) {
        refused++;
      } catch (RuntimeException | Error e) {
        fail("seed " + seed + ", round " + round, e);
      }
    }
    assertThat(refused).isGreaterThan(2000);
  }

  private static byte[] good() throws IOException {
    return Resources.toByteArray(Resources.getResource(HostileGgufTest.class, "all.gguf"));
  }
}
