/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Compiles a {@code SameDiff} into one static plan and runs it.
 *
 * <p>{@link org.graft4j.engine.Engine} compiles a graph for the outputs that are wanted, {@link
 * org.graft4j.engine.CompiledGraph} makes and keeps one plan for each set of placeholder shapes,
 * and a {@link org.graft4j.engine.Plan} runs it without allocating; {@link
 * org.graft4j.engine.PlanMemory} says what its memory is for. Weights are shared with the graph,
 * never copied.
 */
@NullMarked
package org.graft4j.engine;

import org.jspecify.annotations.NullMarked;
