/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of the roles, on small graphs in every spelling. */
@NullMarked
package org.graft4j.graph.roles;

import org.jspecify.annotations.NullMarked;
