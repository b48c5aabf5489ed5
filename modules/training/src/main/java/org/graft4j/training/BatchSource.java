/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import java.util.Iterator;
import org.graft4j.tasks.Batch;

/** Where batches come from. */
interface BatchSource {
  /** The number of batches of an epoch. */
  int count();

  /** The batches of an epoch. */
  Iterator<Batch> epoch(long seed);
}
