/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The portable kernel set: ND4J ops bound once and run on any ND4J backend; the reference for other
 * sets.
 */
@NullMarked
package org.graft4j.engine.kernels.nd4j;

import org.jspecify.annotations.NullMarked;
