/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

final class MarkersTest {
  private final SameDiff sd = SameDiff.create();

  private Value constant(String name, float... numbers) {
    sd.constant(
        name, numbers.length == 1 ? Nd4j.scalar(numbers[0]) : Nd4j.createFromArray(numbers));
    return GraphView.of(sd).value(name);
  }

  @Test
  void gates() {
    assertThat(Markers.gate("query.spam")).isEqualTo("query.spam.gate");
    assertThat(Markers.isGate(constant("query.spam.gate", 2))).isTrue();
    assertThat(Markers.isGate(constant("mlp.gate", 2, 3))).isFalse();
    assertThat(Markers.isGate(constant("gates", 2))).isFalse();
  }

  @Test
  void rowGates() {
    assertThat(Markers.rowGate("spam")).isEqualTo("spam.rows");
    assertThat(Markers.rowGateOf(constant("layer.0.query.spam-1.gate", 2))).hasValue("spam-1.rows");
    assertThat(Markers.rowGateOf(constant("spam.gate", 2))).hasValue("spam.rows");
    assertThat(Markers.rowGateOf(constant("query.spam", 2))).isEmpty();
    assertThat(Markers.isRowGate("spam.rows")).isTrue();
    assertThat(Markers.isRowGate("spam.gate")).isFalse();
  }

  @Test
  void rates() {
    for (double rate : new double[] {0, 0.1, 0.5, 1e-5, 1.0 / 3}) {
      assertThat(Markers.dropoutRate(constant(Markers.dropout("query.spam" + rate, rate), 1)))
          .hasValue(rate);
    }
    assertThat(Markers.dropoutRate(constant("a.dropout@0.1", 2))).isEmpty();
    assertThat(Markers.dropoutRate(constant("a.dropout@1.5", 1))).isEmpty();
    assertThat(Markers.dropoutRate(constant("a.dropout", 1))).isEmpty();
    for (double rate : new double[] {1, -0.1, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Markers.dropout("a", rate))
          .withMessage("dropout rate must be in [0, 1): " + rate);
    }
  }
}
