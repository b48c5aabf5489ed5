/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Phi-3 and Phi-4: a LLaMA that makes queries, keys and values of one layer, gate and up of
 * another.
 *
 * <p>Abdin and others, Phi-3 Technical Report, arXiv:2404.14219.
 */
@NullMarked
package org.graft4j.models.phi3;

import org.jspecify.annotations.NullMarked;
