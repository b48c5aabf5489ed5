/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Compiles a {@code SameDiff} into one static plan and runs it.
 *
 * <p>{@link org.graft4j.engine.Engine} compiles a graph for the outputs that are wanted, {@link
 * org.graft4j.engine.CompiledGraph} makes plans by placeholder shapes and leases each to one thread
 * at a time, and a {@link org.graft4j.engine.Plan} runs; {@link org.graft4j.engine.PlanMemory} says
 * what its memory is for. Plans share the weights of the graph; only a frozen one that does not lie
 * in c order is copied.
 *
 * <p>The passes, each a package: {@code lower}, {@code simplify}, {@code differentiate}, {@code
 * fuse}, {@code plan}, {@code kernels}. All work on {@code program}, and {@code rewrite} is how
 * they change it.
 */
@NullMarked
package org.graft4j.engine;

import org.jspecify.annotations.NullMarked;
