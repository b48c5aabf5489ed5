/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * T5, T5 v1.1, Flan-T5 and mT5: an encoder and a decoder with biases by distance instead of
 * positions, root-mean-square norms and no biases in their layers.
 *
 * <p>Raffel and others, T5, arXiv:1910.10683; Xue and others, mT5, arXiv:2010.11934.
 */
@NullMarked
package org.graft4j.models.t5;

import org.jspecify.annotations.NullMarked;
