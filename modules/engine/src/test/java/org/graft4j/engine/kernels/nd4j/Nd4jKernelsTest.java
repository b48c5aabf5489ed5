/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.nd4j;

import org.graft4j.engine.kernels.Kernels;
import org.graft4j.engine.kernels.KernelsContract;

final class Nd4jKernelsTest extends KernelsContract {
  @Override
  protected Kernels kernels() {
    return new Nd4jKernels();
  }
}
