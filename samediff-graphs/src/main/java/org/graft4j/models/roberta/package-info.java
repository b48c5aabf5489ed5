/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * RoBERTa and XLM-RoBERTa: BERT's encoder, with positions that start behind the id of padding.
 *
 * <p>Liu and others, RoBERTa, arXiv:1907.11692; Conneau and others, XLM-R, arXiv:1911.02116.
 */
@NullMarked
package org.graft4j.models.roberta;

import org.jspecify.annotations.NullMarked;
