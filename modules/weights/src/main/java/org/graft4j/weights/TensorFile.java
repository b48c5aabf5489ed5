/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Strings.lenientFormat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An open file, or set of sharded files, of named tensors: safetensors or GGUF. Thread-safe.
 * Tensors are read one by one, from the page cache straight into the memory of their array, so that
 * a file may be larger than the Java heap or a single mapping. The arrays are copies: they stay
 * valid after {@link #close()} and may be written to.
 */
public final class TensorFile implements AutoCloseable {
  private static final int CHUNK = 1 << 22;
  private static final int DECODED = 1 << 16;

  private final String name;
  private final ImmutableMap<String, TensorInfo> tensors;
  private final ImmutableMap<String, String> metadata;
  private final ImmutableList<FileChannel> channels;

  TensorFile(
      String name,
      Map<String, TensorInfo> tensors,
      Map<String, String> metadata,
      List<FileChannel> channels) {
    this.name = name;
    this.tensors = ImmutableMap.copyOf(tensors);
    this.metadata = ImmutableMap.copyOf(metadata);
    this.channels = ImmutableList.copyOf(channels);
  }

  /**
   * Opens the tensors of a model, whatever their format.
   *
   * @param path a {@code .gguf} file, or what {@link Safetensors#open} takes: a file, an index of
   *     shards, or a Hugging Face folder with either
   * @return the open file; the caller closes it
   * @throws TensorFileException if the file is broken or a pickle; the message says where
   * @throws IOException if the file is missing or cannot be read
   */
  public static TensorFile open(Path path) throws IOException {
    boolean gguf = path.toString().toLowerCase(Locale.ROOT).endsWith(".gguf");
    return gguf ? Gguf.open(path).tensors() : Safetensors.open(path);
  }

  /**
   * The names of all tensors.
   *
   * @return the names in the order of the header
   */
  public Set<String> names() {
    return ImmutableSet.copyOf(tensors.keySet());
  }

  /**
   * Says whether a tensor is here.
   *
   * @param tensor the name
   * @return true if the file has it
   */
  public boolean contains(String tensor) {
    return tensors.containsKey(tensor);
  }

  /**
   * The entry of a tensor.
   *
   * @param tensor the name
   * @return type and shape
   * @throws IllegalArgumentException if there is no such tensor
   */
  public TensorInfo info(String tensor) {
    TensorInfo info = tensors.get(tensor);
    if (info == null) {
      throw new IllegalArgumentException(
          lenientFormat("%s has no tensor '%s'; it has %s", name, tensor, some(tensors.keySet())));
    }
    return info;
  }

  /**
   * The free-form text of the header, such as {@code format=pt}.
   *
   * @return keys and values, empty if there are none
   */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * Reads a tensor in its stored type, or as 32-bit floats if it is quantised.
   *
   * @param tensor the name
   * @return a new array in c order, of the type that {@link TensorInfo#dataType()} names
   * @throws IOException if reading fails
   * @throws IllegalArgumentException if there is no such tensor
   */
  public INDArray read(String tensor) throws IOException {
    TensorInfo info = info(tensor);
    return info.encoding().blockLength() == 1 ? copy(info) : decode(info);
  }

  /**
   * Reads a tensor of any floating or quantised type as 32-bit floats.
   *
   * @param tensor the name of an F16, BF16, F32, F64 or quantised tensor
   * @return a new FLOAT array in c order
   * @throws IOException if reading fails
   * @throws IllegalArgumentException if there is no such tensor or it holds no floating-point
   *     numbers
   */
  public INDArray readFloat(String tensor) throws IOException {
    TensorInfo info = info(tensor);
    checkArgument(
        info.dataType().isFPType(),
        "%s: tensor '%s' does not hold floating-point numbers: %s",
        name,
        tensor,
        info.storedType());
    return info.encoding() == Dtype.F32 ? copy(info) : decode(info);
  }

  private static INDArray copy(TensorInfo info) throws IOException {
    INDArray array = allocate(info, info.dataType());
    if (info.length() == 0) {
      return array;
    }
    BytePointer memory = new BytePointer(array.data().pointer());
    for (long done = 0; done < info.bytes(); done += CHUNK) {
      long end = Math.min(info.bytes(), done + CHUNK);
      readFully(info, memory.position(done).limit(end).asByteBuffer(), done);
    }
    return array;
  }

  private static INDArray decode(TensorInfo info) throws IOException {
    INDArray array = allocate(info, DataType.FLOAT);
    if (info.length() == 0) {
      return array;
    }
    BytePointer memory = new BytePointer(array.data().pointer());
    Encoding encoding = info.encoding();
    int chunk = DECODED / encoding.blockLength();
    byte[] bytes = new byte[chunk * encoding.blockBytes()];
    float[] floats = new float[chunk * encoding.blockLength()];
    long blocks = info.length() / encoding.blockLength();
    for (long done = 0; done < blocks; done += chunk) {
      int count = (int) Math.min(chunk, blocks - done);
      readFully(
          info,
          ByteBuffer.wrap(bytes, 0, count * encoding.blockBytes()),
          done * encoding.blockBytes());
      encoding.decode(bytes, count, floats);
      long begin = done * encoding.blockLength();
      long end = begin + (long) count * encoding.blockLength();
      memory
          .position(begin * Float.BYTES)
          .limit(end * Float.BYTES)
          .asByteBuffer()
          .order(ByteOrder.nativeOrder())
          .asFloatBuffer()
          .put(floats, 0, (int) (end - begin));
    }
    return array;
  }

  /** Closes the files. Arrays that were read stay valid. */
  @Override
  public void close() throws IOException {
    closeAll(channels);
  }

  static void closeAll(Iterable<FileChannel> channels) throws IOException {
    IOException trouble = null;
    for (FileChannel channel : channels) {
      try {
        channel.close();
      } catch (IOException e) {
        trouble = e;
      }
    }
    if (trouble != null) {
      throw trouble;
    }
  }

  private static INDArray allocate(TensorInfo info, DataType type) {
    return info.length() == 0
        ? Nd4j.create(type, info.shape())
        : Nd4j.createUninitializedDetached(type, 'c', info.shape());
  }

  private static void readFully(TensorInfo info, ByteBuffer into, long offset) throws IOException {
    long position = info.position() + offset;
    while (into.hasRemaining()) {
      int n = info.channel().read(into, position);
      if (n < 0) {
        throw new TensorFileException(
            lenientFormat(
                "%s: tensor '%s' ends at byte %s, but the file was cut to %s while it was open",
                info.file(), info.name(), info.position() + info.bytes(), info.channel().size()));
      }
      position += n;
    }
  }

  static String some(Set<String> names) {
    String first = String.join(", ", names.stream().limit(5).toList());
    return names.isEmpty()
        ? "none"
        : names.size() > 5 ? first + lenientFormat(", … (%s more)", names.size() - 5) : first;
  }
}
