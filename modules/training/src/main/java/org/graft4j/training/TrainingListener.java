/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import java.nio.file.Path;

/** Watches a training. Called from the thread that trains. */
public interface TrainingListener {
  /**
   * A step was done.
   *
   * @param progress where training stands
   */
  default void step(TrainingProgress progress) {}

  /**
   * An epoch was done and judged.
   *
   * @param result what it brought
   */
  default void epoch(EpochResult result) {}

  /**
   * The adapter was saved.
   *
   * @param folder the PEFT directory
   */
  default void saved(Path folder) {}
}
