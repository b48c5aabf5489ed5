/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Value;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;

final class NormTest {
  private static final double EPSILON = 1e-5;

  private static SDVariable gamma(Spelling s) {
    return s.constant("n.weight", 4);
  }

  private static SDVariable beta(Spelling s) {
    return s.constant("n.bias", 4);
  }

  private static SDVariable variance(Spelling s, SDVariable centred) {
    return s.sd.math().square(centred).mean(true, 2).add(s.number(EPSILON));
  }

  static Stream<Named<Spelling.Writer>> layerNorms() {
    return Stream.of(
        Named.of(
            "divide, scale, shift",
            (s, x) -> {
              SDVariable c = x.sub(x.mean(true, 2));
              return c.div(s.sd.math().sqrt(variance(s, c))).mul(gamma(s)).add(beta(s));
            }),
        Named.of(
            "scale on the left, shift on the left",
            (s, x) -> {
              SDVariable c = x.sub(x.mean(true, 2));
              return beta(s).add(gamma(s).mul(c.div(s.sd.math().sqrt(variance(s, c)))));
            }),
        Named.of(
            "two subtractions, a product for the square, rsqrt",
            (s, x) -> {
              SDVariable c = x.sub(x.mean(true, 2));
              SDVariable d = x.sub(x.mean(true, 2));
              SDVariable v = d.mul(d).mean(true, 2).add(EPSILON);
              return c.mul(s.sd.math().rsqrt(v)).mul(gamma(s)).add(beta(s));
            }),
        Named.of(
            "pow and reciprocal, scale before the input",
            (s, x) -> {
              SDVariable c = x.sub(x.mean(true, 2));
              SDVariable v = s.number(EPSILON).add(s.sd.math().pow(c, 2).mean(true, 2));
              SDVariable r = s.sd.math().reciprocal(s.sd.math().sqrt(v));
              return c.mul(r.mul(gamma(s))).add(beta(s));
            }),
        Named.of(
            "TensorFlow's batch norm",
            (s, x) -> {
              SDVariable m = x.mean(true, 2);
              SDVariable v = s.sd.math().squaredDifference(x, m).mean(true, 2);
              SDVariable r = s.sd.math().rsqrt(v.add(s.number(EPSILON))).mul(gamma(s));
              return x.mul(r).add(beta(s).sub(m.mul(r)));
            }),
        Named.of(
            "moments",
            (s, x) -> {
              SDVariable[] m = s.sd.math().moments(x, new int[] {2}, true);
              SDVariable r = s.sd.math().rsqrt(m[1].add(EPSILON)).mul(gamma(s));
              return x.mul(r).add(beta(s).sub(m[0].mul(r)));
            }));
  }

  static Stream<Named<Spelling.Writer>> rmsNorms() {
    return Stream.of(
        Named.of(
            "rsqrt, then scale", (s, x) -> gamma(s).mul(x.mul(s.sd.math().rsqrt(variance(s, x))))),
        Named.of("divide", (s, x) -> x.div(s.sd.math().sqrt(variance(s, x))).mul(gamma(s))),
        Named.of(
            "one over the root",
            (s, x) -> x.mul(s.sd.math().sqrt(variance(s, x)).rdiv(1.0)).mul(gamma(s))));
  }

  @ParameterizedTest
  @MethodSource("layerNorms")
  void findsLayerNorms(Spelling.Writer writer) {
    Norm norm = only(writer);
    assertThat(norm.kind()).isEqualTo(Norm.Kind.LAYER);
    assertThat(norm.beta()).hasToString("n.bias");
  }

  @ParameterizedTest
  @MethodSource("rmsNorms")
  void findsRmsNorms(Spelling.Writer writer) {
    Norm norm = only(writer);
    assertThat(norm.kind()).isEqualTo(Norm.Kind.RMS);
    assertThat(norm.beta()).isNull();
  }

  private static Norm only(Spelling.Writer writer) {
    Spelling s = new Spelling();
    SDVariable y = s.in("encoder.n", writer, s.x);
    y.mul("reader", 2.0);
    Roles roles = s.roles();
    assertThat(roles.nearMisses()).isEmpty();
    assertThat(roles.norms()).hasSize(1);
    Norm norm = roles.norms().get(0);
    assertThat(norm.path()).isEqualTo("encoder.n");
    assertThat(norm.input()).hasToString("x");
    assertThat(norm.gamma()).hasToString("n.weight");
    assertThat(norm.weight()).isEqualTo(norm.gamma());
    assertThat(norm.epsilon()).isEqualTo(EPSILON);
    assertThat(norm.output()).hasToString(y.name());
    assertThat(norm.exposed()).isEmpty();
    assertThat(roles.producing(norm.output())).contains(norm);
    return norm;
  }

  @Test
  void aScaleMayBeOnePlusItsWeight() {
    Spelling s = new Spelling();
    SDVariable root = s.sd.math().sqrt(variance(s, s.x));
    SDVariable y = s.x.div(root).mul("y", gamma(s).add("scale", s.number(1)));
    y.mul("reader", 2.0);
    Roles roles = s.roles();
    assertThat(roles.nearMisses()).isEmpty();
    assertThat(roles.norms()).hasSize(1);
    Norm norm = roles.norms().get(0);
    assertThat(norm.kind()).isEqualTo(Norm.Kind.RMS);
    assertThat(norm.gamma()).hasToString("scale");
    assertThat(norm.weight()).hasToString("n.weight");
    assertThat(norm.exposed()).isEmpty();
  }

  @Test
  void aVectorThatComesLaterIsNotTheShift() {
    Spelling s = new Spelling();
    SDVariable c = s.x.sub(s.x.mean(true, 2));
    SDVariable y = c.div(s.sd.math().sqrt(variance(s, c))).mul(gamma(s)).add("y", beta(s));
    y.add("z", s.constant("other", 4));
    assertThat(s.roles().norms()).extracting(n -> n.output().name()).containsExactly("y");
  }

  @Test
  void aNormThatIsReadInTheMiddleSaysSo() {
    Spelling s = new Spelling();
    SDVariable c = s.x.sub("centred", s.x.mean(true, 2));
    c.div(s.sd.math().sqrt(variance(s, c))).mul(gamma(s)).add("y", beta(s));
    c.mul("reader", 2.0);
    assertThat(s.roles().norms().get(0).exposed())
        .extracting(Value::name)
        .containsExactly("centred");
  }

  @Test
  void withoutAScaleItIsANearMiss() {
    Spelling s = new Spelling();
    SDVariable c = s.x.sub(s.x.mean(true, 2));
    c.div("y", s.sd.math().sqrt(variance(s, c)));
    assertThat(s.roles().norms()).isEmpty();
    assertThat(s.roles().nearMisses())
        .extracting(NearMiss::reason)
        .isEqualTo(List.of("no scale over the features follows the root"));
  }

  @Test
  void overAnotherAxisItIsNone() {
    Spelling s = new Spelling();
    SDVariable v = s.sd.math().square(s.x).mean(true, 1).add(s.number(EPSILON));
    s.x.mul(s.sd.math().rsqrt(v)).mul(gamma(s));
    assertThat(s.roles().norms()).isEmpty();
  }

  @Test
  void anotherMeanIsNoLayerNorm() {
    Spelling s = new Spelling();
    SDVariable c = s.x.sub(s.x.mul(2.0).mean(true, 2));
    c.div(s.sd.math().sqrt(variance(s, c))).mul(gamma(s)).add(beta(s));
    assertThat(s.roles().norms())
        .allSatisfy(n -> assertThat(n.input()).isEqualTo(view(s).value(c.name())));
  }

  private static GraphView view(Spelling s) {
    return GraphView.of(s.sd);
  }

  @Test
  void sameDiffsLayerNormHasNoEpsilonAndIsNone() {
    Spelling s = new Spelling();
    s.sd.nn().layerNorm(s.x, gamma(s), beta(s), false, 2);
    assertThat(s.roles().norms()).isEmpty();
  }
}
