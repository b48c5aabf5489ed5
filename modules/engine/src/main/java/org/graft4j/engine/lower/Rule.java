/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.lower;

import java.util.List;

/** Says which instructions stand for one op of a graph. */
@FunctionalInterface
interface Rule {

  /**
   * Emits the instructions.
   *
   * @param site the node and what its inputs have become
   * @return what its outputs have become; fewer than the node has when the others have no use here
   */
  List<Term> lower(Site site);
}
