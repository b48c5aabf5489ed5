/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import com.google.errorprone.annotations.FormatMethod;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a header from front to back, never beyond the end of the file. */
final class GgufCursor {
  static final int MAX_HEADER = 1 << 27;
  private static final int WINDOW = 1 << 16;

  private final String file;
  private final FileChannel channel;
  private final long size;
  private ByteBuffer window = ByteBuffer.allocate(WINDOW).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long windowEnd;
  private String part = "the header";

  GgufCursor(String file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
  }

  /** Names what is read from here on; errors say it. */
  void enter(String part) {
    this.part = part;
  }

  long position() {
    return windowEnd - window.remaining();
  }

  long size() {
    return size;
  }

  int readByte() throws IOException {
    need(1);
    return window.get();
  }

  int readInt() throws IOException {
    need(4);
    return window.getInt();
  }

  long readLong() throws IOException {
    need(8);
    return window.getLong();
  }

  /** Reads a count of elements, each of at least so many bytes. */
  int count(int least) throws IOException {
    long count = readLong();
    if (Long.compareUnsigned(count, MAX_HEADER) > 0) {
      throw broken(
          "%s has an impossible length at byte %d: %s",
          part, position() - 8, Long.toUnsignedString(count));
    }
    check(count * least);
    return (int) count;
  }

  byte[] bytes(int count) throws IOException {
    check(count);
    byte[] bytes = new byte[count];
    for (int done = 0; done < count; ) {
      need(1);
      int n = Math.min(window.remaining(), count - done);
      window.get(bytes, done, n);
      done += n;
    }
    return bytes;
  }

  String text() throws IOException {
    byte[] bytes = bytes(count(1));
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new TensorFileException(
          String.format(
              Locale.ROOT,
              "%s: %s holds a string that is not UTF-8 before byte %d",
              file,
              part,
              position()),
          e);
    }
  }

  private void check(long count) throws TensorFileException {
    if (count > size - position()) {
      throw broken("%s ends at byte %d, but the file has %d", part, position() + count, size);
    }
    if (position() + count > MAX_HEADER) {
      throw broken("the header is larger than %d bytes, within %s", MAX_HEADER, part);
    }
  }

  private void need(int count) throws IOException {
    check(count);
    if (window.remaining() >= count) {
      return;
    }
    window.compact();
    while (window.position() < count) {
      int n = channel.read(window, windowEnd);
      if (n < 0) {
        throw broken("the file was cut to %d bytes while it was read", channel.size());
      }
      windowEnd += n;
    }
    window.flip();
  }

  @FormatMethod
  TensorFileException broken(String format, @Nullable Object... arguments) {
    return new TensorFileException(file + ": " + String.format(Locale.ROOT, format, arguments));
  }
}
