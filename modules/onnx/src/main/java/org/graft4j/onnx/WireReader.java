/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The protobuf wire format over a memory map: messages are walked with a callback per field, byte
 * fields are slices of the map, and every length is checked against the message around it before
 * anything is allocated.
 */
final class WireReader {
  private static final int DEEPEST = 100;

  private final String file;
  private final ByteBuffer map;
  private final CodedInputStream in;
  private int depth;

  WireReader(String file, ByteBuffer map) {
    this.file = file;
    this.map = map.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    in = CodedInputStream.newInstance(map.duplicate());
    in.setSizeLimit(Integer.MAX_VALUE);
  }

  /**
   * Reads one field; {@code number} and {@code wire} are those of its tag. Returns false to have it
   * skipped.
   */
  interface Field {
    boolean read(int number, int wire) throws IOException;
  }

  /** Walks the fields of the message up to the current limit or the end of the file. */
  void fields(Field field) throws IOException {
    if (++depth > DEEPEST) {
      throw new OnnxFormatException(
          file + ": messages are nested deeper than " + DEEPEST + " at byte " + position());
    }
    while (!in.isAtEnd()) {
      int tag = in.readTag();
      if (tag == 0) {
        break;
      }
      if (!field.read(WireFormat.getTagFieldNumber(tag), WireFormat.getTagWireType(tag))
          && !in.skipField(tag)) {
        throw new OnnxFormatException(
            file + ": a group ends without a start at byte " + position());
      }
    }
    depth--;
  }

  /** Walks the fields of a message that is the current field. */
  void message(Field field) throws IOException {
    int limit = in.pushLimit(length());
    fields(field);
    if (in.getBytesUntilLimit() > 0) {
      throw new OnnxFormatException(file + ": a message ends early at byte " + position());
    }
    in.popLimit(limit);
  }

  int position() {
    return in.getTotalBytesRead();
  }

  long varint() throws IOException {
    return in.readRawVarint64();
  }

  float float32() throws IOException {
    return in.readFloat();
  }

  String text() throws IOException {
    ByteBuffer bytes = bytes();
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  /** Reads a byte field without copying it. */
  ByteBuffer bytes() throws IOException {
    int length = length();
    int start = position();
    in.skipRawBytes(length);
    return map.slice(start, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Appends a repeated 64-bit varint field, packed or not. */
  Longs longs(int wire, @Nullable Longs to) throws IOException {
    Longs result = to == null ? new Longs() : to;
    if (wire == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      int limit = in.pushLimit(length());
      while (in.getBytesUntilLimit() > 0) {
        result.add(varint());
      }
      in.popLimit(limit);
    } else {
      result.add(varint());
    }
    return result;
  }

  /** Appends a repeated fixed-width field, packed or not, as raw bits. */
  Longs fixed(int wire, int width, @Nullable Longs to) throws IOException {
    Longs result = to == null ? new Longs() : to;
    if (wire == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      int limit = in.pushLimit(length());
      while (in.getBytesUntilLimit() > 0) {
        result.add(bits(width));
      }
      in.popLimit(limit);
    } else {
      result.add(bits(width));
    }
    return result;
  }

  private long bits(int width) throws IOException {
    return width == 4 ? in.readRawLittleEndian32() : in.readRawLittleEndian64();
  }

  private int length() throws IOException {
    int length = in.readRawVarint32();
    int left = in.getBytesUntilLimit();
    long most = left < 0 ? (long) map.capacity() - position() : left;
    if (length < 0 || length > most) {
      throw new OnnxFormatException(
          String.format(
              Locale.ROOT,
              "%s: a field at byte %d has %d bytes, but only %d are left; the file is cut or"
                  + " damaged",
              file,
              position(),
              Integer.toUnsignedLong(length),
              most));
    }
    return length;
  }

  /** A growing list of 64-bit values. */
  static final class Longs {
    private long[] values = new long[8];
    private int size;

    void add(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }

    int size() {
      return size;
    }

    long[] toArray() {
      return Arrays.copyOf(values, size);
    }
  }
}
