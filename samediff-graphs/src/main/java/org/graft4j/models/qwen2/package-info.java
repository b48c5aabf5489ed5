/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Qwen 2 and 2.5: a LLaMA with biases on queries, keys and values, whose upper layers may see a
 * window.
 *
 * <p>Yang and others, Qwen2 Technical Report, arXiv:2407.10671.
 */
@NullMarked
package org.graft4j.models.qwen2;

import org.jspecify.annotations.NullMarked;
