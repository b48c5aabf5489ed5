/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Makes programs smaller without changing what they compute, one small pass at a time.
 *
 * <p>{@link org.graft4j.engine.simplify.Simplification} runs the passes in order until nothing
 * changes: before differentiation, and again after it.
 */
@NullMarked
package org.graft4j.engine.simplify;

import org.jspecify.annotations.NullMarked;
