/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The seam between plans and the code that computes: what a kernel set offers, and what a bound
 * kernel is given.
 */
@NullMarked
package org.graft4j.engine.kernels;

import org.jspecify.annotations.NullMarked;
