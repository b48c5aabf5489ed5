/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The laws that every adapter method obeys, and the models they are checked on. */
@NullMarked
package org.graft4j.adapters;

import org.jspecify.annotations.NullMarked;
