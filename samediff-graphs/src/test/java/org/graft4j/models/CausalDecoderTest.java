/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.roles.Attention;
import org.graft4j.graph.roles.FeedForward;
import org.graft4j.graph.roles.Linear;
import org.graft4j.graph.roles.Norm;
import org.graft4j.graph.roles.Roles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The roles of the causal decoders of LLaMA's kind, and what is wrong with their configurations.
 */
final class CausalDecoderTest {

  @ParameterizedTest
  @CsvSource({
    "llama, 15, 5, 0",
    "mistral, 15, 5, 0",
    "qwen2, 15, 5, 0",
    "qwen3, 15, 9, 0",
    "gemma, 15, 5, 0",
    "gemma2, 15, 9, 0.7",
    "glm, 13, 5, 0",
    "glm4, 13, 9, 0",
    "phi3, 9, 5, 0",
  })
  void everyRoleIsFound(String family, int linears, int norms, double cap) {
    Roles roles = Roles.of(GraphView.of(TinyFamilies.graph(family, Form.CAUSAL_LM)));
    assertThat(roles.nearMisses()).isEmpty();
    assertThat(roles.linears()).hasSize(linears).allSatisfy(CausalDecoderTest::isNamed);
    assertThat(roles.norms())
        .hasSize(norms)
        .allSatisfy(norm -> assertThat(norm.kind()).isEqualTo(Norm.Kind.RMS))
        .allSatisfy(norm -> assertThat(norm.weight()).hasToString(norm.path() + ".weight"));
    assertThat(roles.attentions())
        .extracting(Attention::path)
        .containsExactly("model.layers.0.self_attn", "model.layers.1.self_attn");
    assertThat(roles.attentions())
        .allSatisfy(attention -> assertThat(attention.heads()).isEqualTo(4))
        .allSatisfy(attention -> assertThat(attention.keyValueHeads()).isEqualTo(2))
        .allSatisfy(attention -> assertThat((float) attention.cap()).isEqualTo((float) cap))
        .allSatisfy(attention -> assertThat(attention.outputProjection()).isNotNull());
    assertThat(roles.feedForwards())
        .hasSize(2)
        .allSatisfy(block -> assertThat(block.gate()).isNotNull());
    assertThat(roles.embeddings()).hasSize(1);
  }

  private static void isNamed(Linear linear) {
    String weight = linear.weight().base().name();
    boolean tied = linear.path().equals("lm_head") && weight.equals("model.embed_tokens.weight");
    assertThat(tied || weight.equals(linear.path() + ".weight")).as(linear.path()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"glm", "glm4", "phi3"})
  void gateAndUpAreSlicesOfOneLayer(String family) {
    Roles roles = Roles.of(GraphView.of(TinyFamilies.graph(family, Form.BASE)));
    assertThat(roles.feedForwards())
        .extracting(FeedForward::gate)
        .extracting(gate -> gate.slice("gate").orElseThrow().end())
        .containsExactly(48L, 48L);
  }

  @Test
  void queriesKeysAndValuesAreSlicesOfOneLayer() {
    Roles roles = Roles.of(GraphView.of(TinyFamilies.graph("phi3", Form.BASE)));
    Linear fused = roles.linear("layers.0.self_attn.qkv_proj").orElseThrow();
    assertThat(fused.slices())
        .extracting(slice -> slice.name())
        .containsExactly("query", "key", "value");
    assertThat(fused.slices()).extracting(slice -> slice.end()).containsExactly(32L, 48L, 64L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "glm", "glm4", "phi3"})
  void whatCachesKeepIsNamed(String family) {
    SameDiff graph = TinyFamilies.graph(family, Form.CAUSAL_LM);
    assertThat(graph.getVariables().keySet())
        .contains(Tokens.SLOTS, Tokens.POSITIONS)
        .contains("model.layers.0.self_attn/keys", "model.layers.1.self_attn/values");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "glm", "glm4", "phi3"})
  void headsDivideAndRotationsAreKnown(String family) {
    refused(
        family,
        Map.of("\"num_key_value_heads\": 2", "\"num_key_value_heads\": 3"),
        family + ": 'num_key_value_heads' must divide 'num_attention_heads' 4: 3");
    refused(
        family,
        Map.of("\"head_dim\"", "\"no_head_dim\"", "\"hidden_size\": 32", "\"hidden_size\": 30"),
        family + ": 'num_attention_heads' must divide 'hidden_size' 30: 4");
    refused(
        family,
        Map.of("\"rope_type\": \"default\"", "\"rope_type\": \"yarn\""),
        family
            + ": rope_parameters: 'rope_type' is not supported; known are default, linear, llama3:"
            + " \"yarn\"");
  }

  static Stream<List<String>> mistakes() {
    String types = "must name a type for each of 2 layers: [\"full_attention\"]";
    return Stream.of(
        List.of(
            "qwen2",
            "(?s)\"layer_types\": \\[.*?]",
            "\"layer_types\": [\"full_attention\"]",
            "qwen2: 'layer_types' " + types),
        List.of(
            "gemma2",
            "\"sliding_attention\"",
            "\"linear_attention\"",
            "gemma2: 'layer_types' has one that is not known; known are full_attention,"
                + " sliding_attention: [\"linear_attention\",\"full_attention\"]"),
        List.of(
            "gemma",
            "\"use_bidirectional_attention\": null",
            "\"use_bidirectional_attention\": true",
            "gemma: 'use_bidirectional_attention' is not supported: true"),
        List.of(
            "glm",
            "\"partial_rotary_factor\": 0.5",
            "\"partial_rotary_factor\": 0.4",
            "glm: rope_parameters: 'partial_rotary_factor' must leave an even part of 8: 0.4"),
        List.of(
            "llama",
            "\"hidden_act\": \"silu\"",
            "\"hidden_act\": \"mish\"",
            "activation is not supported: 'mish'"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void otherMistakesAreRefused(List<String> mistake) {
    refused(mistake.get(0), Map.of(mistake.get(1), mistake.get(2)), mistake.get(3));
  }

  @Test
  void gemmaDoesNotAnswerQuestions() {
    refused(
        "gemma",
        Map.of(),
        Form.QUESTION_ANSWERING,
        "gemma: 'model_type' has no form question-answering: \"gemma\"");
  }

  private static void refused(String family, Map<String, String> changes, String message) {
    refused(family, changes, Form.CAUSAL_LM, message);
  }

  private static void refused(
      String family, Map<String, String> changes, Form form, String message) {
    assertThatThrownBy(
            () ->
                HuggingFaceModels.graph(
                    changed(family, changes),
                    Checkpoint.of(TinyFamilies.arrays(family, "model")),
                    form))
        .hasMessage(message);
  }

  private static ModelConfig changed(String family, Map<String, String> changes)
      throws IOException {
    String original = Files.readString(TinyFamilies.file(family, "config.json"));
    String text = original;
    for (Map.Entry<String, String> change : changes.entrySet()) {
      text = text.replaceAll(change.getKey(), change.getValue());
    }
    assertThat(text.equals(original)).isEqualTo(changes.isEmpty());
    return ModelConfig.of(family, text);
  }
}
