/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.javacpp.Pointer;

/** Native objects that are freed together, the youngest first. */
final class Owned implements AutoCloseable {
  private final Deque<Pointer> pointers = new ArrayDeque<>();

  <P extends Pointer> P add(P pointer) {
    pointers.push(pointer);
    return pointer;
  }

  @Override
  public void close() {
    while (!pointers.isEmpty()) {
      pointers.pop().deallocate();
    }
  }
}
