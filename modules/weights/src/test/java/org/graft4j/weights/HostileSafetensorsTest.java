/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import com.google.common.io.Resources;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever the bytes are: tensors, or one sentence. */
final class HostileSafetensorsTest {
  @TempDir Path folder;

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("m.safetensors"), bytes);
  }

  private static byte[] bytes(String header, int data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }

  private void assertBroken(byte[] bytes, String message) throws IOException {
    Path file = file(bytes);
    assertThatThrownBy(() -> Safetensors.open(file).close())
        .isInstanceOf(TensorFileException.class)
        .hasMessageStartingWith("m.safetensors: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} | 4 | tensor 'a' ends at byte 70, but the file has 66
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}} | 4 | tensor 'a' of type F32 and shape [2] does not have 4 bytes
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} | 5 | the tensors end at byte 66, but the file has 67
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | 8 | bytes 62 to 66 before tensor 'a' belong to no tensor
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}} | 8 | tensor 'a' begins at 8, after its end: 4
          {"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}} | 4 | tensor 'a' has a negative number in shape: -1
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}} | 8 | tensor 'a' has data_offsets that are not a pair: [0, 4, 8]
          {"a":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}} | 4 | tensor 'a' of type F32 and shape [4611686018427387905] does not have 4 bytes
          {"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}} | 4 | the header is not valid JSON: Numeric value (99999999999999999999)
          {"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}} | 4 | tensor 'a' has an unsupported dtype: F31
          {"a":{"dtype":"F32","shape":[1]}} | 4 | tensor 'a' lacks dtype, shape or data_offsets
          {"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}} | 4 | expected numbers for shape of tensor 'a' at character 29 of the JSON text
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}} | 4 | tensor 'a' has an unknown key: 'x'
          {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}} | 3 | tensors 'a' and 'b' overlap at byte 114
          {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}} | 4 | the header is not valid JSON: Duplicate field 'a'
          {"a":[[[[[[[[[[[[1]]]]]]]]]]]]} | 4 | expected an object for tensor 'a'
          {"__metadata__":{"a":{"b":1}}} | 0 | expected a text for 'a'
          {"__metadata__":{"a":"b"}}{} | 0 | the header goes on after its closing brace
          {"a": | 0 | the header is not valid JSON: Unexpected end-of-input
          [1, 2] | 0 | the header does not begin with '{'; this is not a safetensors file
          """)
  void saysWhatIsWrong(String header, int data, String message) throws IOException {
    assertBroken(bytes(header, data), message);
  }

  @Test
  void refusesImpossibleHeaders() throws IOException {
    assertBroken(new byte[7], "the file is too short for a header: 7 bytes");
    assertBroken(new byte[20], "the header size is not between 2 and 100000000: 0");
    assertBroken(
        ByteBuffer.allocate(20).putLong(0, -1).array(),
        "the header size is not between 2 and 100000000: 18446744073709551615;"
            + " this is not a safetensors file");
    assertBroken(
        ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 13).array(),
        "the header ends at byte 21, but the file has 20");
    byte[] latin1 = bytes("{\"x\":{}}", 0);
    latin1[10] = (byte) 0xe4;
    assertBroken(latin1, "the JSON text is not UTF-8");
  }

  @Test
  void survivesRandomDamage() throws IOException {
    byte[] good =
        Resources.toByteArray(
            Resources.getResource(HostileSafetensorsTest.class, "all.safetensors"));
    long seed = 20260102;
    Random random = new Random(seed);
    int refused = 0;
    for (int round = 0; round < 1500; round++) {
      byte[] bad = good.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextInt(round % 2 == 0 ? 12 : 800);
        bad[at] =
            round % 3 == 0 ? (byte) random.nextInt() : (byte) (bad[at] ^ 1 << random.nextInt(8));
      }
      if (round % 5 == 0) {
        bad = java.util.Arrays.copyOf(bad, random.nextInt(bad.length));
      }
      try (TensorFile file = Safetensors.open(file(bad))) {
        for (String name : file.names()) {
          file.read(name);
        }
      } catch (TensorFileException expected) {
        refused++;
      } catch (RuntimeException | Error e) {
        fail("seed " + seed + ", round " + round, e);
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }
}
