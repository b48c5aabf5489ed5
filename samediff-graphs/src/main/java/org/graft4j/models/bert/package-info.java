/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** BERT, the encoder of arXiv:1810.04805, and the many models that share its graph. */
@NullMarked
package org.graft4j.models.bert;

import org.jspecify.annotations.NullMarked;
