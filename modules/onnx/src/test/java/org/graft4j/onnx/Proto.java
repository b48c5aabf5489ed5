/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes small ONNX models field by field, right ones and wrong ones. */
final class Proto {
  private Proto() {}

  /** One way to write a field. */
  private interface Writing {
    void to(CodedOutputStream out) throws IOException;
  }

  private static byte[] bytes(Writing writing) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      writing.to(out);
      out.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] join(byte[]... parts) {
    return bytes(
        out -> {
          for (byte[] part : parts) {
            out.writeRawBytes(part);
          }
        });
  }

  static byte[] number(int field, long value) {
    return bytes(out -> out.writeUInt64(field, value));
  }

  static byte[] text(int field, String value) {
    return message(field, value.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] message(int field, byte[]... parts) {
    return bytes(out -> out.writeByteArray(field, join(parts)));
  }

  /** A model of opset 17 with the given parts of its graph. */
  static byte[] model(byte[]... graph) {
    return join(message(7, graph), message(8, number(2, 17)));
  }

  static byte[] node(String op, String name, List<String> inputs, String output, byte[]... more) {
    byte[] reads = new byte[0];
    for (String input : inputs) {
      reads = join(reads, text(1, input));
    }
    return message(1, reads, text(2, output), text(3, name), text(4, op), join(more));
  }

  static byte[] attribute(String name, byte[]... value) {
    return message(5, text(1, name), join(value));
  }

  /** A FLOAT input (field 11) or output (field 12); -1 for an open dimension. */
  static byte[] value(int field, String name, long... dims) {
    byte[] shape = new byte[0];
    for (long dim : dims) {
      shape = join(shape, message(1, dim == -1 ? text(2, "n") : number(1, dim)));
    }
    return message(field, text(1, name), message(2, message(1, number(1, 1), message(2, shape))));
  }

  static byte[] tensor(int field, String name, int type, byte[] data, long... dims) {
    byte[] shape = new byte[0];
    for (long dim : dims) {
      shape = join(shape, number(1, dim));
    }
    return message(field, shape, number(2, type), text(8, name), data);
  }

  static byte[] external(String location, long offset, long length) {
    return join(
        message(13, text(1, "location"), text(2, location)),
        message(13, text(1, "offset"), text(2, Long.toString(offset))),
        message(13, text(1, "length"), text(2, Long.toString(length))),
        number(14, 1));
  }
}
