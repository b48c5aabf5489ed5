/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * LoRA: a low-rank term beside a frozen linear layer.
 *
 * <p>A layer's weight {@code W} stays as it is; two small matrices learn the change. {@code B}
 * starts at zero, so that the graph computes at first what it did before.
 *
 * <pre>
 *   before                      after
 *
 *   x ──matmul(W)── y           x ──matmul(W)───────────────────────────── + ── y
 *                               └──dropout──matmul(Aᵀ)──matmul(Bᵀ)──·gate──┘
 * </pre>
 *
 * <p>{@code y = W x + s · B (A (dropout(x)))} with {@code A} of shape {@code [r, in]}, {@code B} of
 * shape {@code [out, r]}, and {@code s = alpha / r}, or {@code alpha / √r} for rsLoRA. Merged:
 * {@code W' = W + s · B A}.
 *
 * <p>Use it first: it is the method with the best record for its cost, and merged it costs nothing
 * at run time. For a task far from what the base knows, raise the rank or adapt all linear layers.
 * It cannot shrink a change to less than rank 1 per layer; where every kilobyte counts, prompt
 * methods are smaller.
 *
 * <p>Papers: Hu et al., <a href="https://arxiv.org/abs/2106.09685">LoRA: Low-Rank Adaptation of
 * Large Language Models</a>; Kalajdzievski, <a href="https://arxiv.org/abs/2312.03732">A Rank
 * Stabilization Scaling Factor for Fine-Tuning with LoRA</a>. PEFT's names: {@code LORA}; {@code
 * lora_A.weight}, {@code lora_B.weight}, and {@code base_layer.bias} for trained biases.
 */
@NullMarked
package org.graft4j.adapters.lora;

import org.jspecify.annotations.NullMarked;
