/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The fast kernel set for CPUs: oneDNN primitives over the memory of ND4J. Instructions that are
 * alike share a description; each plan binds primitives of its own.
 */
@NullMarked
package org.graft4j.engine.kernels.onednn;

import org.jspecify.annotations.NullMarked;
