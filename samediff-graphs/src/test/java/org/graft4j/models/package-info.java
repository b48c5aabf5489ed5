/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of the models, and tiny models for the tests of others. */
@NullMarked
package org.graft4j.models;

import org.jspecify.annotations.NullMarked;
