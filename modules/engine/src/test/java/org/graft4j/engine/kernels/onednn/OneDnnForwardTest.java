/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import org.graft4j.engine.kernels.ForwardContract;
import org.graft4j.engine.kernels.Kernels;

final class OneDnnForwardTest extends ForwardContract {
  @Override
  protected Kernels kernels() {
    return new OneDnnKernels();
  }

  /** Where the processor multiplies numbers of 16 bits, both factors are rounded to them. */
  @Override
  protected double mixedTolerance() {
    return OneDnn.multipliesRounded() ? 1e-2 : super.mixedTolerance();
  }

  /** Without AVX-512 oneDNN leaves NaN out of a row; it is still seen where the row is added to. */
  @Override
  protected boolean softmaxShowsNotANumber() {
    return false;
  }
}
