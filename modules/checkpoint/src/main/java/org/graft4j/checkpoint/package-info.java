/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Adapters as directories of Hugging Face PEFT, written and read.
 *
 * <pre>
 * adapter_config.json         the method and its numbers: JSON, keys sorted, indented by 2
 * adapter_model.safetensors   the adapter's tensors and the modules saved whole; metadata format=pt
 * README.md                   the model card: front matter for the hub
 * NAME/                       the same for a further adapter of the model
 * </pre>
 *
 * <p>A tensor's key is {@code base_model.model.} + module path + suffix; a linear layer's LoRA has
 * {@code .lora_A.weight} of shape {@code [r, in]} and {@code .lora_B.weight} of shape {@code [out,
 * r]}, a trained bias of an adapted layer is {@code .base_layer.bias}. The form is that of PEFT
 * 0.21.2, which writes every key of its config; fewer are needed to read one.
 *
 * <p>{@link org.graft4j.checkpoint.PeftDirectory} is the way in. {@link
 * org.graft4j.checkpoint.LoadedAdapter} is what loading gives, {@link
 * org.graft4j.checkpoint.PeftMetadata} what a config holds beside the numbers of the method, and
 * {@link org.graft4j.checkpoint.CheckpointException} says what is wrong with a directory.
 */
@NullMarked
package org.graft4j.checkpoint;

import org.jspecify.annotations.NullMarked;
