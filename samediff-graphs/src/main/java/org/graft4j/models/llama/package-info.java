/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * LLaMA 1 to 3: a causal decoder with rotary positions, grouped queries, root-mean-square norms and
 * a gated feed-forward.
 *
 * <p>Touvron and others, LLaMA, arXiv:2302.13971.
 */
@NullMarked
package org.graft4j.models.llama;

import org.jspecify.annotations.NullMarked;
