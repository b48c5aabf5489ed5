/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Turns a graph and the shapes of its placeholders into a program in which every shape is known.
 *
 * <p>What depends on shapes and small constants alone is computed here, once. Composites that the
 * roles recognise become one instruction; every other op has a {@code Rule} in one of the tables,
 * and an op without a rule is handed to ND4J as it is.
 */
@NullMarked
package org.graft4j.engine.lower;

import org.jspecify.annotations.NullMarked;
