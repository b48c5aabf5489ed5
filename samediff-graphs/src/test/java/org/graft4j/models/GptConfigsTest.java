/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is wrong with configurations of the GPT-like families is said. */
final class GptConfigsTest {
  private static final String GPT2 = "'model_type': 'gpt2', 'vocab_size': 9, 'n_layer': 1";
  private static final String OPT =
      "'model_type': 'opt', 'vocab_size': 9, 'num_hidden_layers': 1, 'ffn_dim': 4";

  private static final String BLOOM = "'model_type': 'bloom', 'vocab_size': 9, 'n_layer': 1";
  private static final String NEOX =
      "'model_type': 'gpt_neox', 'vocab_size': 9, 'num_hidden_layers': 1, 'hidden_size': 32,"
          + " 'num_attention_heads': 4, 'intermediate_size': 4";
  private static final String J =
      "'model_type': 'gptj', 'vocab_size': 9, 'n_layer': 1, 'n_embd': 36, 'n_head': 6";

  private static void isRefused(String json, Form form, String message) {
    assertThatThrownBy(
            () -> {
              ModelConfig config = ModelConfig.of("it", "{" + json.replace('\'', '"') + "}");
              HuggingFaceModels.graph(config, Checkpoint.of(Map.of()), form);
            })
        .hasMessage(message.replace('`', '"'));
  }

  @Test
  void formsThatTransformersLacksAreRefused() {
    isRefused(GPT2, Form.MASKED_LM, "it: 'model_type' has no form masked-lm: `gpt2`");
    isRefused(
        OPT, Form.TOKEN_CLASSIFICATION, "it: 'model_type' has no form token-classification: `opt`");
  }

  @Test
  void headsMustDivideFeatures() {
    isRefused(
        GPT2 + ", 'n_embd': 10, 'n_head': 4", Form.BASE, "it: 'n_head' must divide 'n_embd' 10: 4");
    isRefused(
        OPT + ", 'hidden_size': 10, 'num_attention_heads': 4",
        Form.BASE,
        "it: 'num_attention_heads' must divide 'hidden_size' 10: 4");
  }

  @Test
  void otherNamesOfSizesAreKnown() {
    isRefused(
        BLOOM + ", 'n_embed': 10, 'num_attention_heads': 4",
        Form.BASE,
        "it: 'num_attention_heads' must divide 'n_embed' 10: 4");
    isRefused(BLOOM + ", 'n_embed': 12", Form.BASE, "it: there is no 'n_head'");
  }

  @Test
  void rotatedFeaturesAreAnEvenPartOfAHead() {
    isRefused(
        NEOX + ", 'rotary_pct': 0.4",
        Form.BASE,
        "it: 'rotary_pct' must rotate an even part of a head's 8 features: 0.4");
    isRefused(
        NEOX + ", 'rope_parameters': {'partial_rotary_factor': 1.5}",
        Form.BASE,
        "it: rope_parameters: 'partial_rotary_factor' must rotate an even part of a head's 8"
            + " features: 1.5");
    isRefused(J + ", 'rotary_dim': 3", Form.BASE, "it: 'rotary_dim' must be even and at most 6: 3");
    isRefused(J, Form.BASE, "it: 'rotary_dim' must be even and at most 6: 64");
  }

  @Test
  void headsOfCodeGenStandInFourBlocks() {
    isRefused(J.replace("gptj", "codegen"), Form.BASE, "it: 'n_head' must be a multiple of 4: 6");
    isRefused(J.replace("gptj", "moss"), Form.BASE, "it: 'n_head' must be a multiple of 4: 6");
  }

  @Test
  void crossAttentionIsRefused() {
    isRefused(
        GPT2 + ", 'add_cross_attention': true",
        Form.BASE,
        "it: 'add_cross_attention' is not supported: true");
  }

  @Test
  void normsWithoutWeightsAreRefused() {
    isRefused(
        OPT + ", 'layer_norm_elementwise_affine': false",
        Form.BASE,
        "it: 'layer_norm_elementwise_affine' is not supported; known is true: false");
  }

  @Test
  void unknownActivationsAreRefused() {
    Map<String, org.nd4j.linalg.api.ndarray.INDArray> weights = TinyFamilies.arrays("opt", "model");
    assertThatThrownBy(
            () ->
                HuggingFaceModels.graph(
                    ModelConfig.of(
                        "it",
                        "{\"model_type\": \"opt\", \"vocab_size\": 99, \"hidden_size\": 32,"
                            + " \"num_hidden_layers\": 1, \"num_attention_heads\": 4,"
                            + " \"ffn_dim\": 48, \"max_position_embeddings\": 64,"
                            + " \"activation_function\": \"rrelu\"}"),
                    Checkpoint.of(weights),
                    Form.BASE))
        .hasMessage("activation is not supported: 'rrelu'");
  }
}
