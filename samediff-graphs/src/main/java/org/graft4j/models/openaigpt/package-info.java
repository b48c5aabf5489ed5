/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * GPT and CDial-GPT: a causal decoder with learned positions and norms behind attention and
 * feed-forward.
 *
 * <p>Radford and others, Improving Language Understanding by Generative Pre-Training, 2018.
 */
@NullMarked
package org.graft4j.models.openaigpt;

import org.jspecify.annotations.NullMarked;
