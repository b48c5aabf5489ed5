/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.primitives.ImmutableLongArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the header of a GGUF file, trusting nothing in it. */
final class GgufReader {
  private static final String ALIGNMENT = "general.alignment";
  private static final int MAX_ALIGNMENT = 1 << 16;
  private static final int MAX_NAME = 65535;
  private static final int MAX_RANK = 4;
  private static final ImmutableSortedMap<Integer, Encoding> TYPES =
      ImmutableSortedMap.<Integer, Encoding>naturalOrder()
          .put(0, Dtype.F32)
          .put(1, Dtype.F16)
          .put(2, GgmlQuant.Q4_0)
          .put(3, GgmlQuant.Q4_1)
          .put(6, GgmlQuant.Q5_0)
          .put(7, GgmlQuant.Q5_1)
          .put(8, GgmlQuant.Q8_0)
          .put(10, GgmlQuant.Q2_K)
          .put(11, GgmlQuant.Q3_K)
          .put(12, GgmlQuant.Q4_K)
          .put(13, GgmlQuant.Q5_K)
          .put(14, GgmlQuant.Q6_K)
          .put(24, Dtype.I8)
          .put(25, Dtype.I16)
          .put(26, Dtype.I32)
          .put(27, Dtype.I64)
          .put(28, Dtype.F64)
          .put(30, Dtype.BF16)
          .buildOrThrow();

  private final String file;
  private final FileChannel channel;
  private final GgufCursor cursor;

  private GgufReader(String file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.cursor = new GgufCursor(file, channel);
  }

  static Gguf open(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new NoSuchFileException(
          path.toString(), null, "there is no such GGUF file; check the path");
    }
    FileChannel channel = FileChannel.open(path);
    try {
      return new GgufReader(String.valueOf(path.getFileName()), channel).read();
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private Gguf read() throws IOException {
    int version = version();
    int tensorCount = cursor.count(1);
    GgufMetadata metadata = metadata(cursor.count(1));
    long parts = metadata.findInteger("split.count").orElse(1L);
    if (parts > 1) {
      throw cursor.broken(
          "the model was split into %d files; join them with llama-gguf-split --merge", parts);
    }
    long alignment = alignment(metadata);
    List<Header> headers = new ArrayList<>();
    for (int i = 0; i < tensorCount; i++) {
      headers.add(header(i, alignment));
    }
    long start = (cursor.position() + alignment - 1) / alignment * alignment;
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    for (Header header : headers) {
      if (tensors.put(header.name, tensor(header, start)) != null) {
        throw cursor.broken("two tensors are named '%s'", header.name);
      }
    }
    checkOverlap(tensors);
    return new Gguf(
        version, metadata, new TensorFile(file, tensors, metadata.texts(), List.of(channel)));
  }

  private int version() throws IOException {
    byte[] magic = cursor.bytes(4);
    if (magic[0] != 'G' || magic[1] != 'G' || magic[2] != 'U' || magic[3] != 'F') {
      throw cursor.broken("the file does not begin with 'GGUF'; this is not a GGUF file");
    }
    int version = cursor.readInt();
    if (version != 0 && (version & 0xffff) == 0) {
      throw cursor.broken("the file is big-endian; write it on a little-endian machine");
    }
    if (version != 2 && version != 3) {
      throw cursor.broken(
          "the version of GGUF is neither 2 nor 3: %s", Integer.toUnsignedString(version));
    }
    return version;
  }

  private GgufMetadata metadata(int count) throws IOException {
    Map<String, GgufEntry> entries = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String key = name("the key of entry", i);
      cursor.enter("the value of '" + key + "'");
      if (entries.put(key, entry(key)) != null) {
        throw cursor.broken("two entries have the key '%s'", key);
      }
    }
    return new GgufMetadata(file, entries);
  }

  private GgufEntry entry(String key) throws IOException {
    int code = cursor.readInt();
    boolean array = code == GgufType.ARRAY;
    GgufType type = type(key, array ? cursor.readInt() : code);
    int count = array ? cursor.count(type.least()) : 1;
    List<String> texts = new ArrayList<>();
    ByteBuffer numbers = ByteBuffer.allocate(0);
    if (type == GgufType.STRING) {
      for (int i = 0; i < count; i++) {
        texts.add(cursor.text());
      }
    } else {
      numbers = ByteBuffer.wrap(cursor.bytes(count * type.bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }
    for (int i = 0; type == GgufType.BOOL && i < count; i++) {
      if (numbers.get(i) != 0 && numbers.get(i) != 1) {
        throw cursor.broken(
            "the value of '%s' is a bool that is neither 0 nor 1: %d", key, numbers.get(i));
      }
    }
    return new GgufEntry(type, array, count, numbers, texts);
  }

  private GgufType type(String key, int code) throws TensorFileException {
    if (code == GgufType.ARRAY) {
      throw cursor.broken("the value of '%s' is an array of arrays; nothing known uses it", key);
    }
    return GgufType.of(code)
        .orElseThrow(
            () ->
                cursor.broken(
                    "the value of '%s' has an unknown type: %s",
                    key, Integer.toUnsignedString(code)));
  }

  private long alignment(GgufMetadata metadata) throws TensorFileException {
    long alignment = metadata.findInteger(ALIGNMENT).orElse(32L);
    if (alignment < 1 || alignment > MAX_ALIGNMENT || Long.bitCount(alignment) != 1) {
      throw cursor.broken(
          "'%s' is not a power of two up to %d: %d", ALIGNMENT, MAX_ALIGNMENT, alignment);
    }
    return alignment;
  }

  private record Header(String name, Encoding encoding, ImmutableLongArray shape, long offset) {}

  private Header header(int index, long alignment) throws IOException {
    String name = name("the name of tensor", index);
    cursor.enter("the entry of tensor '" + name + "'");
    int rank = cursor.readInt();
    if (rank < 0 || rank > MAX_RANK) {
      throw cursor.broken(
          "tensor '%s' has more than %d dimensions: %s",
          name, MAX_RANK, Integer.toUnsignedString(rank));
    }
    long[] shape = new long[rank];
    for (int i = rank - 1; i >= 0; i--) {
      shape[i] = cursor.readLong();
      if (shape[i] < 0) {
        throw cursor.broken(
            "tensor '%s' has an impossible dimension: %s", name, Long.toUnsignedString(shape[i]));
      }
    }
    int code = cursor.readInt();
    Encoding encoding = TYPES.get(code);
    if (encoding == null) {
      throw cursor.broken(
          "tensor '%s' has an unsupported type: %s; known are %s",
          name,
          Integer.toUnsignedString(code),
          String.join(", ", TYPES.values().stream().map(Encoding::name).toList()));
    }
    long row = rank == 0 ? 1 : shape[rank - 1];
    if (row % encoding.blockLength() != 0) {
      throw cursor.broken(
          "tensor '%s' has rows that are no multiple of the %d elements of a block of %s: %d",
          name, encoding.blockLength(), encoding.name(), row);
    }
    long offset = cursor.readLong();
    if (Long.remainderUnsigned(offset, alignment) != 0) {
      throw cursor.broken(
          "tensor '%s' begins at an offset that is no multiple of %d: %s",
          name, alignment, Long.toUnsignedString(offset));
    }
    return new Header(name, encoding, ImmutableLongArray.copyOf(shape), offset);
  }

  private TensorInfo tensor(Header header, long start) throws TensorFileException {
    long bytes = bytes(header.encoding, header.shape);
    long left = cursor.size() - start;
    if (bytes < 0 || header.offset < 0 || header.offset > left || bytes > left - header.offset) {
      throw cursor.broken(
          "tensor '%s' of type %s and shape %s at offset %s of the data, which begin at byte %d,"
              + " ends beyond the file: %d bytes",
          header.name,
          header.encoding.name(),
          header.shape,
          Long.toUnsignedString(header.offset),
          start,
          cursor.size());
    }
    return new TensorInfo(
        header.name, header.encoding, header.shape, file, channel, start + header.offset);
  }

  /** The size of a tensor, or -1 if it does not fit into a long. */
  private static long bytes(Encoding encoding, ImmutableLongArray shape) {
    if (shape.contains(0)) {
      return 0;
    }
    try {
      long length = shape.stream().reduce(1, Math::multiplyExact);
      return Math.multiplyExact(length / encoding.blockLength(), encoding.blockBytes());
    } catch (ArithmeticException e) {
      return -1;
    }
  }

  private void checkOverlap(Map<String, TensorInfo> tensors) throws TensorFileException {
    List<TensorInfo> order = new ArrayList<>(tensors.values());
    order.sort(Comparator.comparingLong(TensorInfo::position).thenComparing(TensorInfo::bytes));
    @Nullable TensorInfo before = null;
    for (TensorInfo tensor : order) {
      if (before != null && before.position() + before.bytes() > tensor.position()) {
        throw cursor.broken(
            "tensors '%s' and '%s' overlap at byte %d",
            before.name(), tensor.name(), tensor.position());
      }
      before = tensor;
    }
  }

  private String name(String what, int index) throws IOException {
    cursor.enter(what + " " + index);
    String name = cursor.text();
    if (name.length() > MAX_NAME) {
      throw cursor.broken(
          "%s %d is longer than %d characters: %d", what, index, MAX_NAME, name.length());
    }
    return name;
  }
}
