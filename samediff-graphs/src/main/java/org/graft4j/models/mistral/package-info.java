/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Mistral: a LLaMA whose tokens see a window of those before.
 *
 * <p>Jiang and others, Mistral 7B, arXiv:2310.06825.
 */
@NullMarked
package org.graft4j.models.mistral;

import org.jspecify.annotations.NullMarked;
