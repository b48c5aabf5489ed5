/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import com.google.common.primitives.ImmutableLongArray;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.stream;
import org.graft4j.engine.kernels.Layout;
import org.graft4j.engine.program.Shape;
import org.nd4j.linalg.api.buffer.DataType;

/** The library's engine and stream, loaded at first use and kept, and its memory descriptors. */
final class OneDnn {
  private static final int MAX_AXES = 12;

  private OneDnn() {}

  /** Made when first asked for; its class cannot be loaded where the library cannot. */
  private static final class Library {
    static final engine ENGINE = new engine(engine.kind.cpu, 0);
    static final stream STREAM = new stream(ENGINE);
    static final dnnl_stream HANDLE = STREAM.get();
    static final boolean MIXES = multiplies(DataType.FLOAT, false);
    static final boolean ROUNDS = multiplies(DataType.BFLOAT16, true);

    private static boolean multiplies(DataType first, boolean fast) {
      long[] sizes = {64, 64};
      long[] strides = {64, 1};
      try (memory.desc a = numbers(first, sizes, strides);
          memory.desc b = numbers(DataType.BFLOAT16, sizes, strides);
          memory.desc y = floats(sizes, strides);
          primitive_attr attributes = new primitive_attr();
          matmul.primitive_desc product =
              new matmul.primitive_desc(ENGINE, a, b, y, attributes, true)) {
        return product.get(true) != null
            && !(fast && product.impl_info_str().getString().startsWith("ref"));
      }
    }
  }

  static engine engine() {
    return Library.ENGINE;
  }

  /** Shared by all threads: primitives of the CPU engine run in the thread that calls them. */
  static dnnl_stream stream() {
    return Library.HANDLE;
  }

  static memory.desc floats(Shape shape, ImmutableLongArray strides) {
    return floats(shape.toArray(), strides.toArray());
  }

  static memory.desc floats(Shape shape) {
    return floats(shape, Layout.contiguous(shape));
  }

  /** A descriptor; a number is described as one element of one axis. */
  static memory.desc floats(long[] sizes, long[] strides) {
    return numbers(DataType.FLOAT, sizes, strides);
  }

  /** A descriptor of floats or of numbers of 16 bits. */
  static memory.desc numbers(DataType type, long[] sizes, long[] strides) {
    if (sizes.length == 0) {
      return numbers(type, new long[] {1}, new long[] {1});
    }
    memory.data_type elements =
        type == DataType.BFLOAT16 ? memory.data_type.bf16 : memory.data_type.f32;
    return new memory.desc(sizes, elements, strides);
  }

  /** Whether a product takes weights of 16 bits, with a first factor of floats or rounded. */
  static boolean takesRoundedWeights() {
    return Library.MIXES || Library.ROUNDS;
  }

  /** Whether the processor multiplies matrices of 16 bits, so that rounding both factors pays. */
  static boolean multipliesRounded() {
    return Library.ROUNDS;
  }

  static boolean describes(Shape shape) {
    return shape.rank() <= MAX_AXES;
  }
}
