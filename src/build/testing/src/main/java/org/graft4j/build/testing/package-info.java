/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What every test run of this repository needs. */
@org.jspecify.annotations.NullMarked
package org.graft4j.build.testing;
