/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The seam between plans and the code that computes: what a kernel set offers, and what a bound
 * kernel is given. A kernel is prepared for how its operands lie, then bound to their memory, then
 * run any number of times.
 */
@NullMarked
package org.graft4j.engine.kernels;

import org.jspecify.annotations.NullMarked;
