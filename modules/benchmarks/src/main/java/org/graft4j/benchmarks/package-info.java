/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Measurements, printed as JSON: a training step through the engine and through stock SameDiff,
 * side by side.
 *
 * <p>Speeds of a shared machine move by tens of percent, so what is compared is measured
 * alternately in one run.
 */
@NullMarked
package org.graft4j.benchmarks;

import org.jspecify.annotations.NullMarked;
