/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Puts instructions together that run faster as one; made after differentiation, so that forward
 * and backward gain alike.
 */
@NullMarked
package org.graft4j.engine.fuse;

import org.jspecify.annotations.NullMarked;
