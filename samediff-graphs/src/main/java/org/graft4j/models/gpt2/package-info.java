/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * GPT-2: a causal decoder with learned positions, norms in front, and queries, keys and values from
 * one layer.
 *
 * <p>Radford and others, Language Models are Unsupervised Multitask Learners, 2019.
 */
@NullMarked
package org.graft4j.models.gpt2;

import org.jspecify.annotations.NullMarked;
