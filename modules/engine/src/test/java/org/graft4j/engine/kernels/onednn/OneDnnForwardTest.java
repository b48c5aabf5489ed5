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
}
