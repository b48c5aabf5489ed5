/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import org.graft4j.engine.kernels.Kernels;
import org.graft4j.engine.kernels.nd4j.Nd4jKernels;
import org.graft4j.engine.kernels.onednn.OneDnnKernels;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The kernel sets by their names. */
final class KernelSets {
  private KernelSets() {}

  static Kernels named(String name, CommandLine line) {
    return switch (name) {
      case "onednn" -> new OneDnnKernels();
      case "nd4j" -> new Nd4jKernels();
      default -> throw new ParameterException(line, "kernels must be onednn or nd4j: " + name);
    };
  }
}
