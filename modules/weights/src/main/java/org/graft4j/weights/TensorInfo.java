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
  private final Dtype dtype;
  private final ImmutableLongArray shape;
  private final String file;
  private final FileChannel channel;
  private final long position;

  TensorInfo(
      String name,
      Dtype dtype,
      ImmutableLongArray shape,
      String file,
      FileChannel channel,
      long position) {
    this.name = name;
    this.dtype = dtype;
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
   * The type of the stored elements.
   *
   * @return ND4J's type with the same bytes
   */
  public DataType dataType() {
    return dtype.type;
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
    return length() * dtype.bytes;
  }

  Dtype dtype() {
    return dtype;
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
    return name + " " + dtype + shape;
  }
}
