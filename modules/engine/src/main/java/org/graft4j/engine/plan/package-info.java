/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Memory laid out once, kernels bound once: a program made ready to run without allocating. */
@NullMarked
package org.graft4j.engine.plan;

import org.jspecify.annotations.NullMarked;
