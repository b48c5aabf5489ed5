/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Qwen 3: a LLaMA that norms queries and keys, head by head, before they turn.
 *
 * <p>Yang and others, Qwen3 Technical Report, arXiv:2505.09388.
 */
@NullMarked
package org.graft4j.models.qwen3;

import org.jspecify.annotations.NullMarked;
