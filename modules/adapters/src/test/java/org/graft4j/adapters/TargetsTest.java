/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.graft4j.adapters.lora.LoraConfig;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;

class TargetsTest {

  private final SameDiff graph = TestModels.bert().graph();

  private List<String> sites(Targets targets) {
    return plan(targets).sites().stream().map(AdapterPlan.Site::path).toList();
  }

  private AdapterPlan plan(Targets targets) {
    return Adapters.plan(graph, LoraConfig.builder().targets(targets).build());
  }

  private void refuses(Targets targets, String message) {
    LoraConfig config = LoraConfig.builder().targets(targets).build();
    assertThatThrownBy(() -> Adapters.attach(graph, "spam", config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void namesMatchPathsAndTheirEnds() {
    assertThat(sites(Targets.of("query")))
        .containsExactly(
            "encoder.layer.0.attention.self.query", "encoder.layer.1.attention.self.query");
    assertThat(sites(Targets.of("attention.output.dense"))).hasSize(2);
    assertThat(sites(Targets.of("encoder.layer.1.intermediate.dense"))).hasSize(1);
    assertThat(sites(Targets.of("dense"))).hasSize(6);
    assertThat(sites(Targets.of("uery"))).isEmpty();
    assertThat(sites(Targets.of("layer.0"))).isEmpty();
  }

  @Test
  void expressionsMatchWholePaths() {
    assertThat(sites(Targets.matching(".*\\.(query|key)"))).hasSize(4);
    assertThat(sites(Targets.matching("query"))).isEmpty();
  }

  @Test
  void allLinearIsAll() {
    assertThat(sites(Targets.allLinear())).hasSize(12);
    assertThat(sites(Targets.allLinear().excluding("key", "dense"))).hasSize(4);
    assertThat(sites(Targets.allLinear().layers(1))).hasSize(6);
  }

  @Test
  void exclusionComesFirst() {
    AdapterPlan plan =
        plan(Targets.of("query").excluding(new Targets.Expression(".*layer\\.0.*query")));
    assertThat(plan.sites())
        .containsExactly(
            new AdapterPlan.Site(
                "encoder.layer.1.attention.self.query",
                "encoder.layer.1.attention.self.query.weight",
                16,
                16));
    assertThat(plan.misses())
        .contains(
            new AdapterPlan.Miss(
                "encoder.layer.0.attention.self.query", "excluded by '.*layer\\.0.*query'"));
  }

  @Test
  void layersNarrow() {
    assertThat(sites(Targets.of("query").layers(1)))
        .containsExactly("encoder.layer.1.attention.self.query");
    assertThat(sites(Targets.of("query").layers(1).layersPatterns("layer"))).hasSize(1);
    assertThat(sites(Targets.of("query").layers(1).layersPatterns("h"))).isEmpty();
    assertThat(plan(Targets.of("query").layers(1)).misses())
        .containsExactly(
            new AdapterPlan.Miss(
                "encoder.layer.0.attention.self.query", "its layer number is not in [1]"));
  }

  @Test
  void saysWhatNearlyMatched() {
    assertThat(plan(Targets.of("qury")).toString())
        .isEqualTo(
            """
            skip  encoder.layer.0.attention.self.query: its name is near, but not [qury]
            skip  encoder.layer.1.attention.self.query: its name is near, but not [qury]
            """);
    assertThat(plan(Targets.of("query").layers(0)).toString())
        .startsWith("adapt encoder.layer.0.attention.self.query [16 -> 16]\n");
  }

  @Test
  void saysWhatDoesNotMatch() {
    refuses(
        Targets.of("q_proj", "v_proj"),
        "targets [q_proj, v_proj] match no linear layer; this graph has:"
            + " encoder.layer.0.attention.self.query, encoder.layer.1.attention.self.query,"
            + " encoder.layer.0.attention.self.key, … (9 more)");
    refuses(
        Targets.of("query", "valeu"),
        "targets [valeu] match no linear layer; this graph has:"
            + " encoder.layer.0.attention.self.value, encoder.layer.1.attention.self.value,"
            + " encoder.layer.0.attention.self.key, … (9 more)");
    refuses(
        Targets.of("query").layers(7),
        "targets [query] match no linear layer with a layer number in [7]; this graph has:"
            + " encoder.layer.0.attention.self.query, encoder.layer.1.attention.self.query,"
            + " encoder.layer.0.attention.self.key, … (9 more)");
    refuses(
        Targets.matching("[a-z]"),
        "targets '[a-z]' match no linear layer; this graph has:"
            + " encoder.layer.0.attention.self.query, encoder.layer.0.attention.self.key,"
            + " encoder.layer.0.attention.self.value, … (9 more)");
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThatThrownBy(() -> Targets.of()).hasMessage("targets are empty; name at least one layer");
    assertThatThrownBy(() -> Targets.of("query", " "))
        .hasMessage("a target is blank in [query,  ]");
    assertThatThrownBy(() -> Targets.matching("(")).hasMessageStartingWith("targets '(' are not a");
    assertThatThrownBy(() -> Targets.of("query").layers(-1))
        .hasMessage("layer numbers cannot be negative: -1");
    assertThatThrownBy(() -> Targets.matching("query").layers(1))
        .hasMessage(
            "layer numbers do not go with a regular expression: 'query'; put the numbers into it");
    assertThatThrownBy(() -> Targets.of("query").layersPatterns("h"))
        .hasMessage("a layers pattern needs layer numbers: [h]");
  }

  @Test
  void namesAreTakenLiterally() {
    assertThat(Selection.isWithin("a.pooler.dense", "pooler")).isTrue();
    assertThat(Selection.isWithin("a.my_pooler.dense", "pooler")).isFalse();
    assertThat(Selection.matches(new Targets.Names(List.of("q.ery")), "x.query")).isFalse();
  }
}
