/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.UncheckedIOException;
import java.util.Map;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.roles.Attention;
import org.graft4j.graph.roles.Linear;
import org.graft4j.graph.roles.Positions;
import org.graft4j.graph.roles.Roles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RoBERTa, DistilBERT and ELECTRA: roles, configurations, forms. */
final class EncodersTest {

  @ParameterizedTest
  @CsvSource({
    "roberta, 12, 5, embeddings, encoder.layer.1.attention.self, encoder.layer.0.output.dense",
    "xlm-roberta, 12, 5, embeddings, encoder.layer.1.attention.self, encoder.layer.0.output.dense",
    "distilbert, 12, 5, embeddings, transformer.layer.1.attention, transformer.layer.0.ffn.lin2",
    "electra, 13, 5, embeddings, encoder.layer.1.attention.self, embeddings_project",
  })
  void rolesAreFound(
      String family, int linears, int norms, String embeddings, String attention, String linear) {
    Roles roles = Roles.of(GraphView.of(TinyFamilies.graph(family, Form.BASE)));
    assertThat(roles.linears()).hasSize(linears).extracting(Linear::path).contains(linear);
    assertThat(roles.norms()).hasSize(norms);
    assertThat(roles.feedForwards()).hasSize(2);
    assertThat(roles.attentions()).hasSize(2).extracting(Attention::path).contains(attention);
    assertThat(roles.masks()).hasSize(1);
    assertThat(roles.positions())
        .extracting(Positions::path)
        .containsExactly(embeddings + ".position_embeddings");
    assertThat(roles.nearMisses()).isEmpty();
  }

  @Test
  void configurationsAreChecked() {
    refused(
        "{'model_type': 'roberta', 'pad_token_id': -1}",
        "c: 'pad_token_id' must not be negative: -1");
    refused(
        "{'model_type': 'xlm-roberta', 'hidden_size': 8, 'num_attention_heads': 3}",
        "c: 'num_attention_heads' must divide 'hidden_size' 8: 3");
    refused("{'model_type': 'distilbert'}", "c: there is no 'dim'");
    refused(
        "{'model_type': 'distilbert', 'dim': 8, 'n_heads': 3}",
        "c: 'n_heads' must divide 'dim' 8: 3");
    refused(
        "{'model_type': 'electra', 'hidden_size': 8, 'num_attention_heads': 2, 'vocab_size': 9,"
            + " 'num_hidden_layers': 1, 'intermediate_size': 4, 'embedding_size': 0}",
        "c: 'embedding_size' must be a positive integer: 0");
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

  @ParameterizedTest
  @CsvSource({"roberta", "xlm-roberta", "distilbert", "electra"})
  void aFormThatIsNotThereIsNamed(String family) {
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> TinyFamilies.graph(family, Form.CAUSAL_LM))
        .havingCause()
        .withMessage(family + ": 'model_type' has no form causal-lm: \"" + family + "\"");
  }

  /** The generator has a head on its embeddings; the discriminator is a base. */
  @Test
  void aDiscriminatorIsABase() {
    assertThat(Form.ofArchitecture("ElectraForPreTraining")).contains(Form.BASE);
    assertThat(Form.ofArchitecture("BertForPreTraining")).contains(Form.MASKED_LM);
    assertThat(Form.ofArchitecture("ElectraModel")).contains(Form.BASE);
    assertThat(Form.ofArchitecture("BertForNextSentence")).isEmpty();
  }
}
