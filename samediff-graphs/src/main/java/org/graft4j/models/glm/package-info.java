/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * GLM-4 of 2024: a LLaMA that turns half of the features, each with its neighbour, and makes gate
 * and up of one layer.
 *
 * <p>Team GLM, ChatGLM, arXiv:2406.12793.
 */
@NullMarked
package org.graft4j.models.glm;

import org.jspecify.annotations.NullMarked;
