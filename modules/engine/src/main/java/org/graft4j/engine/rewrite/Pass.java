/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.rewrite;

import org.graft4j.engine.program.Program;

/** One way to make a program smaller or faster. */
@FunctionalInterface
public interface Pass {

  /**
   * Rewrites a program.
   *
   * @param program a program
   * @return a program that computes the same; the same one when there was nothing to do
   */
  Program apply(Program program);
}
