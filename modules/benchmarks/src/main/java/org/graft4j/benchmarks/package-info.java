/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Measurements, printed as JSON: training steps through the engine and through stock SameDiff side
 * by side, with a profile by instruction; inference; the first step after an import; training on
 * labelled mails.
 *
 * <p>Speeds of a shared machine move by tens of percent, so what is compared is measured
 * alternately in one run.
 */
@NullMarked
package org.graft4j.benchmarks;

import org.jspecify.annotations.NullMarked;
