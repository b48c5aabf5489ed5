/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.roles.Attention;
import org.graft4j.graph.roles.Roles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** T5, BART and their relatives: roles, configurations, values that others rely on. */
final class EncoderDecodersTest {

  @ParameterizedTest
  @CsvSource({
    "t5, 22, 9, 2",
    "t5-gated, 25, 9, 2",
    "mt5, 25, 9, 2",
    "bart, 22, 9, 0",
    "mbart, 22, 11, 0"
  })
  void rolesAreFound(String family, int linears, int norms, int biases) {
    Roles roles = Roles.of(GraphView.of(TinyFamilies.graph(family, Form.BASE)));
    assertThat(roles.linears()).hasSize(linears);
    assertThat(roles.norms()).hasSize(norms);
    assertThat(roles.feedForwards()).hasSize(3);
    assertThat(roles.relativeBiases()).hasSize(biases);
    assertThat(roles.nearMisses()).isEmpty();
    assertThat(roles.attentions())
        .hasSize(4)
        .allSatisfy(a -> assertThat(a.outputProjection()).isNotNull())
        .filteredOn(Attention::isCross)
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "mt5, decoder.block.0.layer.0.SelfAttention, decoder.block.0.layer.1.EncDecAttention",
    "bart, model.decoder.layers.0.self_attn, model.decoder.layers.0.encoder_attn"
  })
  void valuesForGenerationAreThere(String family, String self, String cross) {
    SameDiff graph = TinyFamilies.graph(family, Form.SEQ2SEQ_LM);
    for (String name :
        List.of(
            Tokens.SLOTS,
            Tokens.POSITIONS,
            self + "/keys",
            self + "/values",
            cross + "/keys",
            cross + "/values")) {
      assertThat(graph.hasVariable(name)).as(name).isTrue();
    }
    assertThat(graph.inputs())
        .containsExactlyInAnyOrder(
            "input_ids", "attention_mask", "decoder_input_ids", "decoder_attention_mask");
    assertThat(graph.outputs()).containsExactly("logits", "encoder_last_hidden_state");
  }

  @Test
  void aCheckpointWithoutDecoderIsAnEncoder() throws IOException {
    Map<String, INDArray> weights = new LinkedHashMap<>(TinyFamilies.arrays("t5", "model"));
    weights.keySet().removeIf(name -> name.startsWith("decoder."));
    ModelConfig config = ModelConfig.read(TinyFamilies.file("t5", "config.json"));
    SameDiff graph = HuggingFaceModels.graph(config, Checkpoint.of(weights), Form.BASE);
    Map<String, INDArray> arrays = TinyFamilies.arrays("t5", "cases");
    assertThat(graph.inputs()).containsExactlyInAnyOrder("input_ids", "attention_mask");
    String output = graph.outputs().get(0);
    INDArray actual = graph.output(TinyFamilies.inputs(graph, arrays, "2.in."), output).get(output);
    assertThat(
            requireNonNull(actual)
                .equalsWithEps(arrays.get("2.out.encoder_last_hidden_state"), 1e-5))
        .isTrue();
  }

  @Test
  void aDecoderAloneIsNoForm() {
    for (String family : List.of("t5", "mbart")) {
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() -> TinyFamilies.graph(family, Form.CAUSAL_LM))
          .havingCause()
          .withMessage(family + ": 'model_type' has no form causal-lm: \"" + family + "\"");
    }
  }

  /** Where the buckets of T5's default change, as transformers computes it. */
  @Test
  void bucketsGrowWithTheLogarithm() {
    assertThat(changes(new RelativeBias(32, 128, true)))
        .containsExactly(
            -90, -63, -45, -31, -22, -15, -11, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7,
            8, 12, 16, 23, 32, 46, 64, 91);
    assertThat(changes(new RelativeBias(32, 128, false)))
        .containsExactly(
            -112, -98, -86, -76, -66, -58, -51, -45, -39, -34, -30, -26, -23, -20, -18, -15, -14,
            -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1, 0);
  }

  private static int[] changes(RelativeBias bias) {
    long[] table = bias.table();
    return IntStream.range(1, table.length)
        .filter(i -> table[i] != table[i - 1])
        .map(i -> i - bias.reach())
        .toArray();
  }

  @Test
  void configurationsAreChecked() {
    refused(
        "{'model_type': 't5', 'feed_forward_proj': 'open-relu'}",
        "c: 'feed_forward_proj' must be an activation, or 'gated-' and one: \"open-relu\"");
    refused(
        "{'model_type': 'mt5', 'relative_attention_num_buckets': 5}",
        "c: 'relative_attention_num_buckets' must be even and at least 4: 5");
    refused(
        "{'model_type': 't5', 'relative_attention_max_distance': 16}",
        "c: 'relative_attention_max_distance' must be more than half of"
            + " 'relative_attention_num_buckets' 32: 16");
    refused(
        "{'model_type': 'bart', 'd_model': 8, 'encoder_attention_heads': 2, 'encoder_layers': 1,"
            + " 'encoder_ffn_dim': 4, 'vocab_size': 9, 'decoder_attention_heads': 3}",
        "c: 'decoder_attention_heads' must divide 'd_model' 8: 3");
    refused("{'model_type': 'mbart'}", "c: there is no 'd_model'");
    refused("{'model_type': 't5'}", "c: there is no 'num_layers'");
  }

  private static void refused(String json, String message) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(
            () ->
                HuggingFaceModels.graph(
                    ModelConfig.of("c", json.replace('\'', '"')),
                    Checkpoint.of(Map.of()),
                    Form.BASE))
        .withMessage(message);
  }
}
