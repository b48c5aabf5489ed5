/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.nd4j;

import org.bytedeco.javacpp.Pointer;
import org.graft4j.engine.kernels.Kernel;
import org.graft4j.engine.kernels.Run;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/** A native op with its context, made once: on the CPU a run is one call that allocates nothing. */
final class NativeCall implements Kernel {
  /*
   * ND4J's executioner makes some 600 bytes of garbage for each op. What else it does for ops of the CPU is profiling;
   * on other devices it moves memory, so there it is asked.
   */
  private static final boolean DIRECT = Nd4j.getBackend().getEnvironment().isCPU();
  private static final NativeOps NATIVE = NativeOpsHolder.getInstance().getDeviceNativeOps();

  private final DynamicCustomOp op;
  private final OpContext context;
  private final long hash;
  private final Pointer handle;

  NativeCall(DynamicCustomOp op, OpContext context) {
    this.op = op;
    this.context = context;
    this.hash = op.opHash();
    this.handle = context.contextPointer();
  }

  @Override
  public void run(Run run) {
    if (!DIRECT) {
      Nd4j.getExecutioner().exec(op, context);
      return;
    }
    int status = NATIVE.execCustomOp2(null, hash, handle);
    if (status != 0 || NATIVE.lastErrorCode() != 0) {
      throw new IllegalStateException(
          "ND4J could not run " + op.opName() + ": " + NATIVE.lastErrorMessage());
    }
  }

  @Override
  public void close() {
    try {
      context.close();
    } catch (Exception e) {
      throw new IllegalStateException("the context of " + op.opName() + " cannot be closed", e);
    }
  }
}
