/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.simplify;

import java.util.List;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.rewrite.DeadCode;
import org.graft4j.engine.rewrite.Pass;

/** All passes, in an order in which one makes room for the next. */
public final class Simplification {
  // each round either makes the program smaller or is the last one; this only guards against a
  // mistake
  private static final int MAX_ROUNDS = 16;
  private static final List<Pass> PASSES =
      List.of(
          new DeadCode(),
          new ConstantFolding(),
          new Identities(),
          new Movements(),
          new CommonSubexpressions(),
          new BiasFusion(),
          new RowFactors(),
          new DeadCode());

  private Simplification() {}

  /**
   * Simplifies a program until no pass finds anything.
   *
   * @param program a program, with or without gradients
   * @return a program that computes the same outputs, gradients and loss
   */
  @SuppressWarnings("ReferenceEquality") // a pass that finds nothing returns the program itself
  public static Program of(Program program) {
    Program before = program;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Program after = before;
      for (Pass pass : PASSES) {
        after = pass.apply(after);
      }
      if (after == before) {
        break;
      }
      before = after;
    }
    return before;
  }
}
