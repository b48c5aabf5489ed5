/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Tests of the importer: a real model, tiny models of four architectures, the specification's vectors, and damaged files. */
@NullMarked
package org.graft4j.onnx;

import org.jspecify.annotations.NullMarked;
