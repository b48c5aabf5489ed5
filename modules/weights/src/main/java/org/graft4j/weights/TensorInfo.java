/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import com.google.common.primitives.ImmutableLongArray;
import java.nio.channels.FileChannel;
import org.nd4j.linalg.api.buffer.DataType;

/** A tensor's entry in a file: its name, element type and shape. */
public final class TensorInfo {
  private final String name;
  private final Encoding encoding;
  private final ImmutableLongArray shape;
  private final String file;
  private final FileChannel channel;
  private final long position;

  TensorInfo(
      String name,
      Encoding encoding,
      ImmutableLongArray shape,
      String file,
      FileChannel channel,
      long position) {
    this.name = name;
    this.encoding = encoding;
    this.shape = shape;
    this.file = file;
    this.channel = channel;
    this.position = position;
  }

  /**
   * The tensor's name.
   *
   * @return the key in the file's header
   */
  public String name() {
    return name;
  }

  /**
   * The type that {@link TensorFile#read} gives.
   *
   * @return ND4J's type with the same bytes; FLOAT for a quantised tensor
   */
  public DataType dataType() {
    return encoding.type();
  }

  /**
   * The type of the stored elements.
   *
   * @return the format's name for it, such as F32, BF16 or Q4_K
   */
  public String storedType() {
    return encoding.name();
  }

  /**
   * The shape.
   *
   * @return a fresh array; empty for a scalar
   */
  public long[] shape() {
    return shape.toArray();
  }

  /**
   * The number of elements.
   *
   * @return the product of the shape, 1 for a scalar
   */
  public long length() {
    return shape.stream().reduce(1, (a, b) -> a * b);
  }

  /**
   * The size of the stored elements.
   *
   * @return bytes in the file
   */
  public long bytes() {
    return length() / encoding.blockLength() * encoding.blockBytes();
  }

  Encoding encoding() {
    return encoding;
  }

  String file() {
    return file;
  }

  FileChannel channel() {
    return channel;
  }

  long position() {
    return position;
  }

  @Override
  public String toString() {
    return name + " " + encoding.name() + shape;
  }
}
