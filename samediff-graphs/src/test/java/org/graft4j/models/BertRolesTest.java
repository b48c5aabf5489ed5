/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.roles.Activation;
import org.graft4j.graph.roles.Attention;
import org.graft4j.graph.roles.Embedding;
import org.graft4j.graph.roles.Linear;
import org.graft4j.graph.roles.Norm;
import org.graft4j.graph.roles.Orientation;
import org.graft4j.graph.roles.Role;
import org.graft4j.graph.roles.Roles;
import org.graft4j.models.bert.BertConfig;
import org.graft4j.models.bert.BertGraph;
import org.junit.jupiter.api.Test;

/** The roles of the tiny SameDiff files. */
final class BertRolesTest {
  private static final List<String> LINEARS =
      List.of(
          "attention.self.query",
          "attention.self.key",
          "attention.self.value",
          "attention.output.dense",
          "intermediate.dense",
          "output.dense");
  private static final List<String> NORMS =
      List.of("attention.output.LayerNorm", "output.LayerNorm");

  private final Roles ours = Roles.of(GraphView.of(TinyGraphs.bert()));
  private final Roles tensorFlow = Roles.of(GraphView.of(TinyGraphs.tfStyleBert()));

  private static List<String> layers(String prefix, List<String> names) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      for (String name : names) {
        all.add(prefix + i + "." + name);
      }
    }
    return all;
  }

  @Test
  void oursHasEveryLinearLayer() {
    assertThat(ours.linears())
        .extracting(Linear::path)
        .isEqualTo(layers("encoder.layer.", LINEARS));
    assertThat(ours.linears())
        .allSatisfy(
            l -> {
              assertThat(l.orientation()).isEqualTo(Orientation.OUT_IN);
              assertThat(l.weight().base().name()).isEqualTo(l.path() + ".weight");
              assertThat(String.valueOf(l.bias())).isEqualTo(l.path() + ".bias");
              assertThat(l.nodes()).hasSize(4);
              assertThat(l.exposed()).isEmpty();
            });
  }

  @Test
  void tensorFlowsHasEveryLinearLayer() {
    assertThat(tensorFlow.linears())
        .extracting(Linear::path)
        .isEqualTo(layers("bert.encoder.layer_", LINEARS));
    assertThat(tensorFlow.linears())
        .allSatisfy(
            l -> {
              assertThat(l.orientation()).isEqualTo(Orientation.IN_OUT);
              assertThat(l.input()).isEqualTo(l.matmulInput());
              assertThat(l.bias()).isNotNull();
              assertThat(l.nodes()).hasSize(2);
            });
  }

  @Test
  void bothHaveEveryNorm() {
    List<String> names = new ArrayList<>(List.of("embeddings.LayerNorm"));
    names.addAll(layers("encoder.layer.", NORMS));
    assertThat(ours.norms()).extracting(Norm::path).isEqualTo(names);
    assertThat(tensorFlow.norms())
        .extracting(Norm::path)
        .isEqualTo(names.stream().map(n -> "bert." + n.replace("layer.", "layer_")).toList());
    List<Norm> all = new ArrayList<>(ours.norms());
    all.addAll(tensorFlow.norms());
    assertThat(all)
        .allSatisfy(
            n -> {
              assertThat(n.kind()).isEqualTo(Norm.Kind.LAYER);
              assertThat(n.epsilon()).isEqualTo(1e-12);
              assertThat(n.beta()).isNotNull();
              assertThat(n.exposed()).isEmpty();
            });
  }

  @Test
  void bothHaveEveryEmbedding() {
    assertThat(ours.embeddings())
        .extracting(Embedding::path)
        .containsExactlyInAnyOrder(
            "embeddings.word_embeddings",
            "embeddings.token_type_embeddings",
            "embeddings.position_embeddings");
    assertThat(tensorFlow.embeddings())
        .extracting(Embedding::path)
        .containsExactlyInAnyOrder(
            "bert.embeddings.word_embeddings", "bert.embeddings.token_type_embeddings");
  }

  @Test
  void bothHaveEveryActivationAndFeedForward() {
    for (Roles roles : List.of(ours, tensorFlow)) {
      assertThat(roles.activations())
          .hasSize(2)
          .allSatisfy(
              a -> {
                assertThat(a.kind()).isEqualTo(Activation.Kind.GELU_ERF);
                assertThat(a.exposed()).isEmpty();
              });
      assertThat(roles.feedForwards()).hasSize(2).allSatisfy(f -> assertThat(f.gate()).isNull());
    }
  }

  @Test
  void bothHaveEveryAttention() {
    for (Roles roles : List.of(ours, tensorFlow)) {
      assertThat(roles.attentions())
          .hasSize(2)
          .allSatisfy(
              a -> {
                assertThat(a.heads()).isEqualTo(4);
                assertThat(a.keyValueHeads()).isEqualTo(4);
                assertThat(a.scale()).isCloseTo(1 / Math.sqrt(8), within(1e-7));
                assertThat(a.path()).endsWith("attention.self");
                assertThat(a.isCross()).isFalse();
                assertThat(a.outputProjection()).isNotNull();
              });
      assertThat(roles.attentions())
          .extracting(Attention::value)
          .isEqualTo(roles.linears().stream().filter(l -> l.path().endsWith("value")).toList());
      assertThat(roles.masks()).hasSize(1);
    }
    assertThat(ours.masks().get(0).source()).hasToString("attention_mask");
    assertThat(tensorFlow.masks().get(0).source()).hasToString("input_mask");
  }

  @Test
  void compositesAreFoundByTheirOutput() {
    for (Roles roles : List.of(ours, tensorFlow)) {
      List<Role> composites = new ArrayList<>(roles.linears());
      composites.addAll(roles.norms());
      composites.addAll(roles.activations());
      composites.addAll(roles.embeddings());
      assertThat(composites).allSatisfy(r -> assertThat(roles.producing(r.output())).contains(r));
      assertThat(roles.producing(roles.attentions().get(0).context())).isEmpty();
      assertThat(roles.nearMisses()).isEmpty();
    }
  }

  @Test
  void twelveLayersAreFoundQuickly() {
    BertConfig config =
        BertConfig.builder()
            .hiddenSize(24)
            .intermediateSize(24)
            .vocabularySize(5)
            .maxPositions(5)
            .build();
    GraphView view = GraphView.of(BertGraph.random(config, 1));
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 10; i++) {
      long start = System.nanoTime();
      assertThat(Roles.of(view).attentions()).hasSize(12);
      best = Math.min(best, System.nanoTime() - start);
    }
    assertThat(best).isLessThan(300_000_000L);
  }
}
