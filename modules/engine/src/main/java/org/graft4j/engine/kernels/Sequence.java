/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import java.util.List;

/** Kernels that run one after the other. */
record Sequence(List<Kernel> kernels) implements Kernel {
  @Override
  public void run(Run run) {
    for (int i = 0; i < kernels.size(); i++) {
      kernels.get(i).run(run);
    }
  }

  @Override
  public void close() {
    kernels.forEach(Kernel::close);
  }
}
