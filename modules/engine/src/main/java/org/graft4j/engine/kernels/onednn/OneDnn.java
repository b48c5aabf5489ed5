/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import com.google.common.primitives.ImmutableLongArray;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;
import org.graft4j.engine.kernels.Layout;
import org.graft4j.engine.program.Shape;

/** The library's engine and stream, loaded at first use and kept, and its memory descriptors. */
final class OneDnn {
  private static final int MAX_AXES = 12;

  private OneDnn() {}

  /** Made when first asked for; its class cannot be loaded where the library cannot. */
  private static final class Library {
    static final engine ENGINE = new engine(engine.kind.cpu, 0);
    static final stream STREAM = new stream(ENGINE);
    static final dnnl_stream HANDLE = STREAM.get();
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
    return sizes.length == 0
        ? floats(new long[] {1}, new long[] {1})
        : new memory.desc(sizes, memory.data_type.f32, strides);
  }

  static boolean describes(Shape shape) {
    return shape.rank() <= MAX_AXES;
  }
}
