/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Gemma 2: a Gemma with norms before and after each block, caps on scores and logits, and a window
 * in every other layer.
 *
 * <p>Gemma Team, Gemma 2, arXiv:2408.00118.
 */
@NullMarked
package org.graft4j.models.gemma2;

import org.jspecify.annotations.NullMarked;
