/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
@NullMarked
package org.graft4j.checkpoint;

import org.jspecify.annotations.NullMarked;
