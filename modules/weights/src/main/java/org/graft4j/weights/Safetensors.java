/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Strings.lenientFormat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The safetensors format, version of 2023 and later, as the reference library writes it.
 *
 * <pre>
 * byte 0      8 bytes   n, the size of the header: unsigned, little-endian, at most 100 000 000
 * byte 8      n bytes   the header: a JSON object in UTF-8, padded with spaces to a multiple of 8
 * byte 8 + n  rest      the elements, little-endian, row-major; offsets count from here
 *
 * {"__metadata__": {"format": "pt"},                                       optional, text to text
 *  "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]},
 *  "more": {"dtype": "F16", "shape": [4], "data_offsets": [begin, end]}}
 * </pre>
 *
 * The data of the tensors fills the rest without gap, overlap or trailing byte. Types: BOOL, U8,
 * I8, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64. Tensors are laid out by descending type
 * and then by name, as the reference library does, so the same tensors give the same bytes.
 *
 * <p>Large models are sharded: {@code model.safetensors.index.json} holds an object whose {@code
 * weight_map} gives the file of each tensor; the files lie beside it.
 */
public final class Safetensors {
  static final String METADATA = "__metadata__";
  private static final int CHUNK = 1 << 22;

  private Safetensors() {}

  /**
   * Opens a file.
   *
   * @param path a {@code .safetensors} file, a {@code .safetensors.index.json} file, or a folder
   *     with {@code model.safetensors} or {@code model.safetensors.index.json}
   * @return the open file; the caller closes it
   * @throws TensorFileException if the file is broken, or a pickle; the message says where, or how
   *     to convert it
   * @throws IOException if the file is missing or cannot be read
   */
  public static TensorFile open(Path path) throws IOException {
    return SafetensorsReader.open(path);
  }

  /**
   * Writes tensors into one file, which appears complete or not at all.
   *
   * @param file the target; an older file is replaced
   * @param tensors the tensors by name, of any memory layout
   * @param metadata text for the header, usually {@code Map.of("format", "pt")}; may be empty
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if a tensor has a type that the format lacks, or a name that
   *     it reserves
   */
  public static void write(Path file, Map<String, INDArray> tensors, Map<String, String> metadata)
      throws IOException {
    List<Map.Entry<String, Dtype>> order = new ArrayList<>();
    tensors.forEach((name, array) -> order.add(Map.entry(name, dtype(name, array))));
    order.sort(
        Comparator.comparing((Map.Entry<String, Dtype> e) -> e.getValue())
            .reversed()
            .thenComparing(Map.Entry::getKey));
    byte[] header = header(order, tensors, metadata);
    AtomicFile.write(
        file,
        channel -> {
          ByteBuffer size = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
          writeFully(channel, size.putLong(header.length).flip());
          writeFully(channel, ByteBuffer.wrap(header));
          for (Map.Entry<String, Dtype> entry : order) {
            writeArray(channel, array(tensors, entry.getKey()), entry.getValue());
          }
        });
  }

  private static Dtype dtype(String name, INDArray array) {
    checkArgument(!name.equals(METADATA), "tensor name is reserved: '%s'", name);
    return Dtype.of(array.dataType())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    lenientFormat(
                        "tensor '%s' has a type that safetensors lacks: %s",
                        name, array.dataType())));
  }

  private static INDArray array(Map<String, INDArray> tensors, String name) {
    INDArray array = tensors.get(name);
    checkArgument(array != null, "no tensor: '%s'", name);
    return array;
  }

  private static byte[] header(
      List<Map.Entry<String, Dtype>> order,
      Map<String, INDArray> tensors,
      Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> entry : new TreeMap<>(metadata).entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long offset = 0;
      for (Map.Entry<String, Dtype> entry : order) {
        INDArray array = array(tensors, entry.getKey());
        json.writeObjectFieldStart(entry.getKey());
        json.writeStringField("dtype", entry.getValue().name());
        json.writeArrayFieldStart("shape");
        for (long size : array.shape()) {
          json.writeNumber(size);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("data_offsets");
        json.writeNumber(offset);
        offset += array.isEmpty() ? 0 : array.length() * entry.getValue().bytes;
        json.writeNumber(offset);
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    while (bytes.size() % 8 != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }

  private static void writeArray(FileChannel channel, INDArray array, Dtype dtype)
      throws IOException {
    if (array.isEmpty()) {
      return;
    }
    boolean plain = array.ordering() == 'c' && !array.isView() && array.elementWiseStride() == 1;
    INDArray row = plain ? array : array.dup('c');
    BytePointer memory = new BytePointer(row.data().pointer());
    long bytes = row.length() * dtype.bytes;
    for (long done = 0; done < bytes; done += CHUNK) {
      long end = Math.min(bytes, done + CHUNK);
      writeFully(channel, memory.position(done).limit(end).asByteBuffer());
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
