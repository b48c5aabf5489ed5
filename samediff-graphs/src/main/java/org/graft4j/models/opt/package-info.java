/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * OPT: a causal decoder with learned positions that count tokens and not padding, and norms in
 * front or behind.
 *
 * <p>Zhang and others, OPT, arXiv:2205.01068.
 */
@NullMarked
package org.graft4j.models.opt;

import org.jspecify.annotations.NullMarked;
