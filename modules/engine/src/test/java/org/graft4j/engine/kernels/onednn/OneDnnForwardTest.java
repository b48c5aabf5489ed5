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

  /** Without AVX-512 oneDNN leaves NaN out of a row; it is still seen where the row is added to. */
  @Override
  protected boolean softmaxShowsNotANumber() {
    return false;
  }
}
