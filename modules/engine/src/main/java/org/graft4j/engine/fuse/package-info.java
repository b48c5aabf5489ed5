/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Puts instructions together that run faster as one. {@link org.graft4j.engine.fuse.Fusion} runs
 * after differentiation, so that forward and backward gain alike; {@link
 * org.graft4j.engine.fuse.AttentionFusion} before it, because a fused attention has a derivative of
 * its own.
 */
@NullMarked
package org.graft4j.engine.fuse;

import org.jspecify.annotations.NullMarked;
