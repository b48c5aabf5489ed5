/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** LoRA against its laws and against PEFT. */
@NullMarked
package org.graft4j.adapters.lora;

import org.jspecify.annotations.NullMarked;
