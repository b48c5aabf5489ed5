/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.rewrite;

/** What came of matching a pattern: a match, or the reason why there is none. */
public sealed interface Outcome permits Match, Refusal {}
