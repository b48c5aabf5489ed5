/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * BLOOM and BLOOMZ: a causal decoder whose scores fall with distance, with a norm on the embedding,
 * and queries, keys and values from one layer, head by head.
 *
 * <p>Workshop and others, BLOOM, arXiv:2211.05100.
 */
@NullMarked
package org.graft4j.models.bloom;

import org.jspecify.annotations.NullMarked;
