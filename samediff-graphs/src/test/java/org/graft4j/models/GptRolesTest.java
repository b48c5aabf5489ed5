/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.roles.Linear;
import org.graft4j.graph.roles.Orientation;
import org.graft4j.graph.roles.Roles;
import org.graft4j.graph.roles.Slice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The roles of the GPT-like families. */
final class GptRolesTest {
  private static final String[] NEOX = {
    "attention.query_key_value", "attention.dense", "mlp.dense_h_to_4h", "mlp.dense_4h_to_h"
  };
  private static final Map<String, List<String>> LINEARS =
      Map.of(
          "gpt2",
          List.of("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"),
          "opt",
          List.of(
              "self_attn.q_proj",
              "self_attn.k_proj",
              "self_attn.v_proj",
              "self_attn.out_proj",
              "fc1",
              "fc2"),
          "bloom",
          List.of(
              "self_attention.query_key_value",
              "self_attention.dense",
              "mlp.dense_h_to_4h",
              "mlp.dense_4h_to_h"),
          "gpt_neox",
          List.of(NEOX),
          "gpt_neox-serial",
          List.of(NEOX),
          "gptj",
          List.of(
              "attn.q_proj",
              "attn.k_proj",
              "attn.v_proj",
              "attn.out_proj",
              "mlp.fc_in",
              "mlp.fc_out"),
          "codegen",
          List.of("attn.qkv_proj", "attn.out_proj", "mlp.fc_in", "mlp.fc_out"),
          "openai-gpt",
          List.of("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"));

  private static Roles roles(String family) {
    return Roles.of(GraphView.of(TinyFamilies.graph(family, Form.CAUSAL_LM)));
  }

  @ParameterizedTest
  @CsvSource({
    "gpt2,transformer.h.,attn,4,8,5",
    "opt,model.decoder.layers.,self_attn,4,8,5",
    "bloom,transformer.h.,self_attention,6,4,6",
    "gpt_neox,gpt_neox.layers.,attention,4,8,5",
    "gpt_neox-serial,gpt_neox.layers.,attention,4,8,5",
    "gptj,transformer.h.,attn,4,8,3",
    "codegen,transformer.h.,attn,8,4,3",
    "openai-gpt,transformer.h.,attn,4,6,4"
  })
  void everyRoleIsFound(
      String family, String layers, String attention, int heads, int features, int norms) {
    Roles roles = roles(family);
    List<String> each = requireNonNull(LINEARS.get(family));
    assertThat(roles.linears())
        .extracting(Linear::path)
        .containsAll(each.stream().map(name -> layers + "0." + name).toList())
        .containsAll(each.stream().map(name -> layers + "1." + name).toList())
        .contains("lm_head")
        .hasSize(2 * each.size() + 1);
    assertThat(roles.attentions())
        .extracting("path", "heads", "keyValueHeads")
        .containsExactly(
            tuple(layers + "0." + attention, heads, heads),
            tuple(layers + "1." + attention, heads, heads));
    assertThat(roles.attentions())
        .allSatisfy(
            a -> {
              assertThat(a.outputProjection()).isNotNull();
              assertThat(a.mask()).isNotNull();
            });
    assertThat(roles.attentions().get(0).scale()).isCloseTo(1 / Math.sqrt(features), within(1e-7));
    assertThat(roles.norms()).hasSize(norms);
    assertThat(roles.feedForwards()).hasSize(2);
    assertThat(roles.nearMisses()).isEmpty();
  }

  @Test
  void theFusedLayerOfGpt2HasSlices() {
    Linear fused = roles("gpt2").linear("transformer.h.0.attn.c_attn").orElseThrow();
    assertThat(fused.orientation()).isEqualTo(Orientation.IN_OUT);
    assertThat(fused.slices()).extracting(Slice::name).containsExactly("query", "key", "value");
    assertThat(fused.slices()).extracting(Slice::begin).containsExactly(0L, 32L, 64L);
  }
}
