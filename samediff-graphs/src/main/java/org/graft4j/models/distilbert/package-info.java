/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * DistilBERT: BERT's encoder with fewer layers, no token types and names of its own.
 *
 * <p>Sanh and others, DistilBERT, arXiv:1910.01108.
 */
@NullMarked
package org.graft4j.models.distilbert;

import org.jspecify.annotations.NullMarked;
