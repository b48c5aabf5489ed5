/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Reverse-mode differentiation of programs: one gradient rule for each kind of instruction, in the
 * same instruction set.
 */
@NullMarked
package org.graft4j.engine.differentiate;

import org.jspecify.annotations.NullMarked;
