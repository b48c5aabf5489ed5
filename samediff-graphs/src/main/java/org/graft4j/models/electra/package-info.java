/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * ELECTRA: BERT's encoder on embeddings of their own size; a discriminator, or a generator with a
 * head for masked tokens.
 *
 * <p>Clark and others, ELECTRA, arXiv:2003.10555.
 */
@NullMarked
package org.graft4j.models.electra;

import org.jspecify.annotations.NullMarked;
