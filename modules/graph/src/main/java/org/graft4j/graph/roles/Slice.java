/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import org.graft4j.graph.Value;

/**
 * A part of a fused linear layer's output features, such as the queries of GPT-2's {@code c_attn}.
 *
 * @param name what the part is, {@code query}, {@code key}, {@code value}, {@code gate} or {@code
 *     up} where the use tells, otherwise its number
 * @param begin the first feature
 * @param end one after the last feature
 * @param value the part
 */
public record Slice(String name, long begin, long end, Value value) {}
