/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * BART and mBART: an encoder and a decoder with learned positions and layer norms, behind each part
 * of a layer in BART and before it in mBART.
 *
 * <p>Lewis and others, BART, arXiv:1910.13461; Liu and others, mBART, arXiv:2001.08210.
 */
@NullMarked
package org.graft4j.models.bart;

import org.jspecify.annotations.NullMarked;
