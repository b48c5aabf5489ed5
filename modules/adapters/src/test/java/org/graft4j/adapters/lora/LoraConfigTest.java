/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.graft4j.adapters.Targets;
import org.junit.jupiter.api.Test;

class LoraConfigTest {

  @Test
  void hasPeftsDefaults() {
    LoraConfig config = LoraConfig.builder().targets("query", "value").build();
    assertThat(config.rank()).isEqualTo(8);
    assertThat(config.alpha()).isEqualTo(8);
    assertThat(config.dropout()).isZero();
    assertThat(config.bias()).isEqualTo(LoraConfig.Bias.NONE);
    assertThat(config.peftType()).isEqualTo("LORA");
    assertThat(config.targets()).isEqualTo(Targets.of("query", "value"));
    assertThat(config.toBuilder().build()).isEqualTo(config);
  }

  @Test
  void refusesWhatMakesNoSense() {
    refuses(b -> b.rank(0), "rank must be positive: 0");
    refuses(b -> b.rank(-4), "rank must be positive: -4");
    refuses(b -> b.alpha(0), "alpha must be positive and finite: 0.0");
    refuses(b -> b.alpha(Double.NaN), "alpha must be positive and finite: NaN");
    refuses(b -> b.dropout(1), "dropout must be at least 0 and less than 1: 1.0");
    refuses(b -> b.dropout(-0.1), "dropout must be at least 0 and less than 1: -0.1");
    refuses(b -> b.rankPattern(Map.of("query", 0)), "rank of 'query' must be positive: 0");
    refuses(
        b -> b.alphaPattern(Map.of("query", -1.0)),
        "alpha of 'query' must be positive and finite: -1.0");
    refuses(
        b -> b.rankPattern(Map.of("query(", 2)),
        "pattern 'query(' is not a regular expression: Unclosed group");
    assertThatThrownBy(() -> LoraConfig.builder().build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("targets are missing; name layers such as query and value, or take all-linear");
  }

  private static void refuses(UnaryOperator<LoraConfigBuilder> change, String message) {
    LoraConfigBuilder builder = change.apply(LoraConfig.builder().targets("query"));
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
