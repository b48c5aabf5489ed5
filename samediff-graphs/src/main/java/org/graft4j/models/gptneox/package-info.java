/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * GPT-NeoX and Pythia: a causal decoder with rotary positions on some features of each head, and
 * attention and feed-forward side by side.
 *
 * <p>Black and others, GPT-NeoX-20B, arXiv:2204.06745.
 */
@NullMarked
package org.graft4j.models.gptneox;

import org.jspecify.annotations.NullMarked;
