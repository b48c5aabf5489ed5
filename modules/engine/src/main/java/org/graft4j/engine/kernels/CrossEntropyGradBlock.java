/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The gradients of some rows of logits. */
final class CrossEntropyGradBlock implements Kernel {
  private final Kernel parts;
  private final Targets targets;
  private final DataBuffer dlosses;
  private final DataBuffer losses;
  private final DataBuffer factors;
  private final DataBuffer dlogits;
  private final BytePointer memory;
  private final long rowBytes;

  /**
   * Takes the arrays of the rows.
   *
   * @param parts computes the gradients, but for what is subtracted at a class id
   * @param targets the classes
   * @param dlosses the gradients of the losses
   * @param losses the losses
   * @param factors a scratch array that the parts read: what each row is multiplied by
   * @param dlogits the result
   */
  CrossEntropyGradBlock(
      Kernel parts,
      Targets targets,
      INDArray dlosses,
      INDArray losses,
      INDArray factors,
      INDArray dlogits) {
    this.parts = parts;
    this.targets = targets;
    this.dlosses = dlosses.data();
    this.losses = losses.data();
    this.factors = factors.data();
    this.dlogits = dlogits.data();
    this.memory = new BytePointer(this.dlogits.addressPointer());
    this.rowBytes = targets.classes() * dlogits.dataType().width();
  }

  @Override
  public void run(Run run) {
    targets.check();
    boolean any = false;
    for (long row = 0; row < targets.count(); row++) {
      double factor = factor(row);
      factors.put(row, factor);
      any |= factor != 0;
    }
    if (any) {
      parts.run(run);
    }
    for (long row = 0; row < targets.count(); row++) {
      finish(row);
    }
  }

  /** A row in which something is NaN has no gradient, even if its softmax leaves the NaN out. */
  private double factor(long row) {
    double dloss = targets.isSet(row) ? dlosses.getDouble(row) : 0;
    return dloss != 0 && Double.isNaN(losses.getDouble(row)) ? Double.NaN : dloss;
  }

  private void finish(long row) {
    double factor = factors.getDouble(row);
    long label = targets.index(row);
    if (factor == 0) {
      Pointer.memset(memory.position(row * rowBytes), 0, rowBytes);
    } else if (label >= 0) {
      dlogits.put(label, dlogits.getDouble(label) - factor);
    }
  }

  @Override
  public void close() {
    parts.close();
  }
}
