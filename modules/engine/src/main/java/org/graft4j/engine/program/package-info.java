/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The flat typed program that a graph is lowered to: operands, instructions in single-assignment
 * form, and a builder that infers types.
 *
 * <p>Shapes are static: a program is lowered for concrete placeholder shapes.
 */
@NullMarked
package org.graft4j.engine.program;

import org.jspecify.annotations.NullMarked;
