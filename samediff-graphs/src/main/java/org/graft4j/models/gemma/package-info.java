/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Gemma: a LLaMA with a GELU in the gate, embeddings times the root of their features, and norms
 * that scale by one plus their weight.
 *
 * <p>Gemma Team, Gemma, arXiv:2403.08295.
 */
@NullMarked
package org.graft4j.models.gemma;

import org.jspecify.annotations.NullMarked;
