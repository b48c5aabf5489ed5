/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * CodeGen and MOSS: GPT-J with queries, values and keys from one layer, in four blocks.
 *
 * <p>Nijkamp and others, CodeGen, arXiv:2203.13474.
 */
@NullMarked
package org.graft4j.models.codegen;

import org.jspecify.annotations.NullMarked;
