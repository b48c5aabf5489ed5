/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * GLM-4-0414: a GLM with norms before and after each block.
 *
 * <p>Team GLM, ChatGLM, arXiv:2406.12793.
 */
@NullMarked
package org.graft4j.models.glm4;

import org.jspecify.annotations.NullMarked;
