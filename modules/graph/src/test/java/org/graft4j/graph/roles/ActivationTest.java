/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.graft4j.graph.roles.Activation.Kind.GELU_ERF;
import static org.graft4j.graph.roles.Activation.Kind.GELU_TANH;
import static org.graft4j.graph.roles.Activation.Kind.QUICK_GELU;
import static org.graft4j.graph.roles.Activation.Kind.RELU;
import static org.graft4j.graph.roles.Activation.Kind.SIGMOID;
import static org.graft4j.graph.roles.Activation.Kind.SILU;
import static org.graft4j.graph.roles.Activation.Kind.TANH;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;

final class ActivationTest {
  private static final double ROOT = Math.sqrt(2 / Math.PI);

  private static SDVariable erf(Spelling s, SDVariable x) {
    return s.sd.math().erf(x.div(s.number(Math.sqrt(2))));
  }

  private static SDVariable tanh(Spelling s, SDVariable x) {
    SDVariable cube = s.sd.math().pow(x, 3);
    return s.sd.math().tanh(x.add(cube.mul(s.number(0.044715))).mul(s.number(ROOT)));
  }

  private static Arguments spelling(Activation.Kind kind, Spelling.Writer writer) {
    return Arguments.of(kind, writer);
  }

  static Stream<Arguments> spellings() {
    return Stream.of(
        spelling(GELU_ERF, (s, x) -> x.mul(erf(s, x).add(s.number(1))).mul(s.number(0.5))),
        spelling(GELU_ERF, (s, x) -> x.mul(s.number(0.5)).mul(s.number(1).add(erf(s, x)))),
        spelling(GELU_ERF, (s, x) -> x.mul(erf(s, x).add(1.0).mul(0.5))),
        spelling(GELU_ERF, (s, x) -> x.mul(erf(s, x).add(1.0)).div(2.0)),
        spelling(
            GELU_ERF, (s, x) -> x.mul(0.5).mul(s.sd.math().erf(x.mul(Math.sqrt(0.5))).add(1.0))),
        spelling(GELU_ERF, (s, x) -> x.mul(0.5).add(x.mul(0.5).mul(erf(s, x)))),
        spelling(GELU_TANH, (s, x) -> x.mul(s.number(0.5)).mul(tanh(s, x).add(s.number(1)))),
        spelling(GELU_TANH, (s, x) -> tanh(s, x).add(1.0).mul(0.5).mul(x)),
        spelling(
            GELU_TANH,
            (s, x) -> {
              SDVariable inner = x.mul(ROOT).mul(s.sd.math().square(x).mul(0.044715).add(1.0));
              return x.mul(0.5).mul(s.sd.math().tanh(inner).add(1.0));
            }),
        spelling(
            GELU_TANH,
            (s, x) -> {
              SDVariable cube = x.mul(x).mul(x).mul(0.044715);
              return x.mul(0.5).mul(s.sd.math().tanh(cube.add(x).mul(ROOT)).add(1.0));
            }),
        spelling(
            GELU_TANH,
            (s, x) -> {
              SDVariable inner = x.mul(ROOT).mul(s.sd.math().square(x).mul(0.044715).add(1.0));
              return x.mul(s.sd.nn().sigmoid(inner.mul(2.0)));
            }),
        spelling(SILU, (s, x) -> x.mul(s.sd.nn().sigmoid(x))),
        spelling(SILU, (s, x) -> s.sd.nn().sigmoid(x).mul(x)),
        spelling(SILU, (s, x) -> s.sd.nn().swish(x)),
        spelling(QUICK_GELU, (s, x) -> x.mul(s.sd.nn().sigmoid(x.mul(s.number(1.702))))),
        spelling(QUICK_GELU, (s, x) -> s.sd.nn().gelu(x)),
        spelling(RELU, (s, x) -> s.sd.nn().relu(x, 0)),
        spelling(TANH, (s, x) -> s.sd.math().tanh(x)),
        spelling(SIGMOID, (s, x) -> s.sd.nn().sigmoid(x)));
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void findsEverySpelling(Activation.Kind kind, Spelling.Writer writer) {
    Spelling s = new Spelling();
    SDVariable argument = s.x.add("argument", s.constant("bias", 4));
    SDVariable y = s.in("mlp.act", writer, argument);
    y.add("reader", s.constant("other", 4));
    assertThat(s.roles().nearMisses()).isEmpty();
    assertThat(s.roles().activations()).hasSize(1);
    Activation activation = s.roles().activations().get(0);
    assertThat(activation.kind()).isEqualTo(kind);
    assertThat(activation.input()).hasToString("argument");
    assertThat(activation.output()).hasToString(y.name());
    assertThat(activation.path()).isEqualTo("mlp.act");
    assertThat(activation.exposed()).isEmpty();
  }

  @Test
  void anotherFactorIsNoGelu() {
    Spelling s = new Spelling();
    s.x.mul(0.6).mul(erf(s, s.x).add(1.0));
    assertThat(s.roles().activations()).isEmpty();
    assertThat(s.roles().nearMisses())
        .extracting(NearMiss::reason)
        .isEqualTo(List.of("the rest of a GELU does not surround it"));
  }

  @Test
  void aSigmoidOfOneTimesAnotherIsAGateAndNoSilu() {
    Spelling s = new Spelling();
    s.rows.mul(s.sd.nn().sigmoid(s.rows.mul(s.rows)));
    assertThat(s.roles().activations()).extracting(Activation::kind).isEqualTo(List.of(SIGMOID));
  }
}
