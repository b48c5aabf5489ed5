/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

/**
 * Ops and trained variables that an adapter brings along, such as a task head.
 *
 * <p>It is drawn once when it is added and again whenever the graph is rebuilt (after another
 * adapter was detached, merged or unmerged), so it must draw the same thing each time.
 */
@FunctionalInterface
public interface AdaptedModule {

  /**
   * Draws the module.
   *
   * @param graft what to draw with
   */
  void draw(Graft graft);
}
