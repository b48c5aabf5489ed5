/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The parts of a transformer, found in the ops of a graph by data flow.
 *
 * <p>This is the only package that knows how a linear layer, a norm or an attention is spelled in
 * ops: by the importer, by our builders, or by a graph that came from TensorFlow. Everything else
 * reads {@link org.graft4j.graph.roles.Roles} and sees records.
 */
@NullMarked
package org.graft4j.graph.roles;

import org.jspecify.annotations.NullMarked;
