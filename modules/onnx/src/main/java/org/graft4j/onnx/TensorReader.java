/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.graft4j.onnx.WireReader.Longs;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code TensorProto}s: their header, and where their elements lie; the sizes are checked
 * against the shape, the elements are not read.
 */
final class TensorReader {
  private static final int LENGTH_DELIMITED = WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int MOST_DIMENSIONS = 32;

  private final String file;
  private final Path folder;
  private final WireReader in;
  private final Map<String, ByteBuffer> maps = new HashMap<>();

  TensorReader(Path path, WireReader in) {
    file = String.valueOf(path.getFileName());
    Path parent = path.toAbsolutePath().normalize().getParent();
    folder = parent == null ? path.toAbsolutePath() : parent;
    this.in = in;
  }

  /** Reads the tensor that is the current field. */
  OnnxTensor read() throws IOException {
    return read(true);
  }

  /** Reads a file that is one tensor. */
  OnnxTensor readFile() throws IOException {
    return read(false);
  }

  private OnnxTensor read(boolean field) throws IOException {
    Longs shape = new Longs();
    int[] type = {0};
    String[] name = {""};
    ByteBuffer[] raw = {null};
    Longs[] lists = {null, null, null, null};
    Map<String, String> external = new LinkedHashMap<>();
    long[] location = {0};
    WireReader.Field read =
        (number, wire) -> {
          switch (number) {
            case 1 -> in.longs(wire, shape);
            case 2 -> type[0] = (int) in.varint();
            case 4 -> lists[0] = in.fixed(wire, 4, lists[0]);
            case 5 -> lists[1] = in.longs(wire, lists[1]);
            case 7 -> lists[2] = in.longs(wire, lists[2]);
            case 8 -> name[0] = in.text();
            case 9 -> raw[0] = in.bytes();
            case 10 -> lists[3] = in.fixed(wire, 8, lists[3]);
            case 13 -> entry(external);
            case 14 -> location[0] = in.varint();
            default -> {
              return false;
            }
          }
          return true;
        };
    if (field) {
      in.message(read);
    } else {
      in.fields(read);
    }
    if (location[0] == 1) {
      raw[0] = external(name[0], external);
    }
    return tensor(name[0], type[0], shape.toArray(), raw[0], lists);
  }

  private OnnxTensor tensor(
      String name, int type, long[] shape, @Nullable ByteBuffer raw, @Nullable Longs[] lists) {
    ElementType element = ElementType.of(type);
    long count = count(name, shape);
    if (element == null) {
      return OnnxTensor.of(name, type, shape, (ByteBuffer) null);
    }
    if (raw != null) {
      if (count > Long.MAX_VALUE / 8 || count * element.size() != raw.remaining()) {
        throw new OnnxFormatException(
            String.format(
                Locale.ROOT,
                "%s: tensor '%s' of shape %s and type %s has %d bytes of data; its shape and the"
                    + " data do not agree",
                file,
                name,
                Arrays.toString(shape),
                element,
                raw.remaining()));
      }
      return OnnxTensor.of(name, type, shape, raw);
    }
    Longs list =
        switch (element) {
          case FLOAT -> lists[0];
          case DOUBLE -> lists[3];
          case INT64 -> lists[2];
          default -> lists[1];
        };
    long[] bits = list == null ? new long[0] : list.toArray();
    if (bits.length != count) {
      throw new OnnxFormatException(
          String.format(
              Locale.ROOT,
              "%s: tensor '%s' of shape %s and type %s has %d elements of data; its shape and the"
                  + " data do not agree",
              file,
              name,
              Arrays.toString(shape),
              element,
              bits.length));
    }
    return decoded(name, type, shape, element, bits);
  }

  private static OnnxTensor decoded(
      String name, int type, long[] shape, ElementType element, long[] bits) {
    switch (element) {
      case FLOAT, FLOAT16, BFLOAT16 -> {
        float[] floats = new float[bits.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = TensorData.toFloat(element, (int) bits[i]);
        }
        return OnnxTensor.of(name, type, shape, floats);
      }
      case DOUBLE -> {
        double[] doubles = Arrays.stream(bits).mapToDouble(Double::longBitsToDouble).toArray();
        return OnnxTensor.of(name, type, shape, doubles);
      }
      default -> {
        return OnnxTensor.of(name, type, shape, bits);
      }
    }
  }

  private long count(String name, long[] shape) {
    if (shape.length > MOST_DIMENSIONS) {
      throw new OnnxFormatException(
          String.format(
              Locale.ROOT, "%s: tensor '%s' has %d dimensions", file, name, shape.length));
    }
    long count = 1;
    for (long size : shape) {
      if (size < 0 || (size > 0 && count > Long.MAX_VALUE / size)) {
        throw new OnnxFormatException(
            String.format(
                Locale.ROOT,
                "%s: tensor '%s' has an impossible shape: %s",
                file,
                name,
                Arrays.toString(shape)));
      }
      count *= size;
    }
    return count;
  }

  private void entry(Map<String, String> to) throws IOException {
    String[] texts = {"", ""};
    in.message(
        (field, wire) -> {
          if ((field == 1 || field == 2) && wire == LENGTH_DELIMITED) {
            texts[field - 1] = in.text();
            return true;
          }
          return false;
        });
    to.put(texts[0], texts[1]);
  }

  private ByteBuffer external(String name, Map<String, String> entries) throws IOException {
    String location = entries.getOrDefault("location", "");
    Path path = inside(name, location);
    if (!Files.isRegularFile(path)) {
      throw new OnnxFormatException(
          String.format(
              Locale.ROOT,
              "%s: the data of tensor '%s' should lie in '%s', which is not there; put it beside"
                  + " the model",
              file,
              name,
              location));
    }
    long size = Files.size(path);
    long offset = number(name, entries.getOrDefault("offset", "0"));
    long length =
        entries.containsKey("length")
            ? number(name, entries.getOrDefault("length", "0"))
            : size - offset;
    if (offset > size || length < 0 || length > size - offset) {
      throw new OnnxFormatException(
          String.format(
              Locale.ROOT,
              "%s: tensor '%s' ends at byte %s, but the file has %d",
              location,
              name,
              Long.toUnsignedString(offset + Math.max(length, 0)),
              size));
    }
    if (length > Integer.MAX_VALUE) {
      throw new OnnxFormatException(
          String.format(
              Locale.ROOT, "%s: tensor '%s' is larger than 2 GiB: %d", location, name, length));
    }
    ByteBuffer map = maps.get(location);
    if (map == null && size <= Integer.MAX_VALUE) {
      map = map(path, 0, size);
      maps.put(location, map);
    }
    ByteBuffer data =
        map == null ? map(path, offset, length) : map.slice((int) offset, (int) length);
    return data.order(ByteOrder.LITTLE_ENDIAN);
  }

  private Path inside(String name, String location) {
    try {
      Path relative = Path.of(location);
      Path path = folder.resolve(relative).normalize();
      if (!location.isEmpty() && !relative.isAbsolute() && path.startsWith(folder)) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new OnnxFormatException(
          String.format(
              Locale.ROOT,
              "%s: tensor '%s' lies in an impossible file: '%s'",
              file,
              name,
              location),
          e);
    }
    throw new OnnxFormatException(
        String.format(
            Locale.ROOT,
            "%s: the data of tensor '%s' lies outside the model's folder: '%s'",
            file,
            name,
            location));
  }

  private static ByteBuffer map(Path path, long offset, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
    }
  }

  private long number(String name, String text) {
    try {
      long number = Long.parseLong(text.trim());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new OnnxFormatException(
          String.format(
              Locale.ROOT,
              "%s: tensor '%s' has an impossible place in its file: '%s'",
              file,
              name,
              text),
          e);
    }
    throw new OnnxFormatException(
        String.format(
            Locale.ROOT,
            "%s: tensor '%s' has an impossible place in its file: '%s'",
            file,
            name,
            text));
  }
}
