/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.fuse;

import java.util.List;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.rewrite.DeadCode;
import org.graft4j.engine.rewrite.Pass;

/** All fusions, in an order in which one makes room for the next. */
public final class Fusion {
  private static final List<Pass> PASSES =
      List.of(new FactorFusion(), new EpilogueFusion(), new DeadCode());

  private Fusion() {}

  /**
   * Fuses instructions.
   *
   * @param program a program, with or without gradients
   * @return a program that computes the same outputs, gradients and loss, to rounding
   */
  public static Program of(Program program) {
    Program fused = program;
    for (Pass pass : PASSES) {
      fused = pass.apply(fused);
    }
    return fused;
  }
}
