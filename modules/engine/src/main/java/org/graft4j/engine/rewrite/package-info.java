/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * How passes rewrite programs: a {@link org.graft4j.engine.rewrite.Pass} makes a {@link
 * org.graft4j.engine.rewrite.ProgramCopy} in which it replaces instructions.
 */
@NullMarked
package org.graft4j.engine.rewrite;

import org.jspecify.annotations.NullMarked;
