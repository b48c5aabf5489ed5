/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import org.graft4j.engine.Engine;
import org.graft4j.engine.Precision;
import picocli.CommandLine.Option;

/** The option for the numbers that the engine computes with. */
final class PrecisionOption {
  @Option(
      names = "--precision",
      description = "${COMPLETION-CANDIDATES}, of the engine (default ${DEFAULT-VALUE}).")
  private Precision precision = Precision.FP32;

  /** Made by picocli. */
  PrecisionOption() {}

  Engine.Builder engine() {
    return Engine.builder().precision(precision);
  }
}
