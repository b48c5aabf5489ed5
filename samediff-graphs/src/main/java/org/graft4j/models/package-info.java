/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Transformer architectures as SameDiff graphs, one package for each family.
 *
 * <p>The graphs are in house form: they use only ops whose forward and gradient are right in stock
 * SameDiff, weights are constants named as in the checkpoint, and the name of an op starts with the
 * path of its module. Batch and length stay dynamic.
 */
@NullMarked
package org.graft4j.models;

import org.jspecify.annotations.NullMarked;
