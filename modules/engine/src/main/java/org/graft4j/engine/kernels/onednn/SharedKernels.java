/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.graft4j.engine.kernels.Binding;
import org.graft4j.engine.kernels.Kernel;
import org.graft4j.engine.kernels.Layout;
import org.graft4j.engine.kernels.UnboundKernel;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.TensorType;
import org.jspecify.annotations.Nullable;

/**
 * Kernels prepared once for all instructions that are alike: the layers of a model repeat the same
 * few shapes, and describing a product to oneDNN takes a third of a millisecond.
 *
 * <p>A kernel is shared as long as someone holds it. Thread-safe.
 */
final class SharedKernels {
  private final Map<Key, Shared> kernels = new HashMap<>();

  private record Key(Op op, List<TensorType> inputs, Layout layout) {}

  /** Returns a kernel that is held, or one that is made now; null when none is made. */
  synchronized @Nullable UnboundKernel get(
      Instruction instruction, Layout layout, Supplier<@Nullable UnboundKernel> maker) {
    Key key =
        new Key(
            instruction.op(), instruction.inputs().stream().map(Operand::type).toList(), layout);
    Shared shared = kernels.get(key);
    if (shared == null) {
      UnboundKernel made = maker.get();
      if (made == null) {
        return null;
      }
      shared = new Shared(key, made);
      kernels.put(key, shared);
    }
    shared.holders++;
    return shared;
  }

  private synchronized void release(Shared shared) {
    shared.holders--;
    if (shared.holders == 0) {
      kernels.remove(shared.key);
      shared.kernel.close();
    }
  }

  private final class Shared implements UnboundKernel {
    private final Key key;
    private final UnboundKernel kernel;
    private int holders;

    Shared(Key key, UnboundKernel kernel) {
      this.key = key;
      this.kernel = kernel;
    }

    @Override
    public List<TensorType> workspaces() {
      return kernel.workspaces();
    }

    @Override
    public boolean inPlace(int input) {
      return kernel.inPlace(input);
    }

    @Override
    public Kernel bind(Binding binding) {
      return kernel.bind(binding);
    }

    /** Lets go of the kernel; each who was given it does so once. */
    @Override
    public void close() {
      release(this);
    }
  }
}
