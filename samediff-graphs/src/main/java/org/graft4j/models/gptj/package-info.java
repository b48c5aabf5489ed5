/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * GPT-J: a causal decoder with rotary positions on neighbouring features, and attention and
 * feed-forward side by side behind one norm.
 *
 * <p>Wang and Komatsuzaki, GPT-J-6B, 2021.
 */
@NullMarked
package org.graft4j.models.gptj;

import org.jspecify.annotations.NullMarked;
