/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.graft4j.graph.BrokenGraphException;
import org.graft4j.graph.GraphEditor;
import org.graft4j.graph.GraphPrinter;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

final class RewriterTest {
  /** {@code x * 1 → x}, unless it is an output, whose name is kept. */
  static final class MulByOne implements Rule {
    private static final Capture<Value> X = Capture.of("x");
    private static final Pattern PATTERN =
        Pattern.op("multiply").with(Pattern.any().as(X), Pattern.scalar(1)).commuting();

    @Override
    public Pattern pattern() {
      return PATTERN;
    }

    @Override
    public Optional<Refusal> check(Match match) {
      return match.root().consumers().isEmpty()
          ? Optional.of(new Refusal("is an output", match.nodes().get(0)))
          : Optional.empty();
    }

    @Override
    public void apply(Match match, GraphEditor editor) {
      editor.replaceConsumers(match.root().name(), match.get(X).name(), Set.of());
      editor.remove(match.removable().stream().map(Node::name).toList());
    }
  }

  /** {@code x * sigmoid(x) → swish(x)}. */
  static final class Silu implements Rule {
    private static final Capture<Value> X = Capture.of("x");
    private static final Pattern PATTERN =
        Pattern.op("multiply")
            .with(Pattern.any().as(X), Pattern.op("sigmoid").with(Pattern.same(X)).readOnce())
            .commuting();

    @Override
    public Pattern pattern() {
      return PATTERN;
    }

    @Override
    public void apply(Match match, GraphEditor editor) {
      SDVariable x = match.get(X).variable();
      editor.op(editor.freeName(match.root().name() + "/swish"), sd -> sd.nn().swish(x));
      editor.replaceConsumers(match.root().name(), match.root().name() + "/swish", Set.of());
      editor.remove(match.removable().stream().map(Node::name).toList());
    }
  }

  private static SameDiff scaled(boolean constantFirst) {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 3);
    SDVariable one = sd.constant("one", Nd4j.scalar(1f));
    SDVariable y = constantFirst ? sd.math().mul("y", one, x) : sd.math().mul("y", x, one);
    y.add("z", y);
    return sd;
  }

  @Test
  void operandsCommute() {
    for (boolean first : new boolean[] {true, false}) {
      RewriteReport report =
          RuleTester.of(new MulByOne()).on(scaled(first)).becomes("z FLOAT = add(x, x) @add");
      assertThat(report.fired()).hasToString("[MulByOne at 'y': removed [multiply], added []]");
    }
  }

  @Test
  void chainsComeToRestInOneRewrite() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, 3);
    SDVariable one = sd.constant("one", Nd4j.scalar(1f));
    x.mul("a", one).mul("b", one).mul("c", one).add("z", 1.0);
    RewriteReport report =
        RuleTester.of(new MulByOne())
            .on(sd)
            .becomes("z FLOAT = add_scalar(x) scalar=1 @add_scalar");
    assertThat(report.fired()).hasSize(3);
  }

  @Test
  void refusalsNameTheGuiltyNodeAndTheReason() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, 3);
    SDVariable two = sd.constant("two", Nd4j.scalar(2f));
    x.mul("y", two).add("z", 1.0);
    RewriteReport report =
        RuleTester.of(new MulByOne()).on(sd).isRefusedBecause("'two' is no constant 1.0");
    assertThat(report.refused())
        .containsExactly(
            new RewriteReport.Refused(
                "MulByOne", "y", "multiply", "'two' is no constant 1.0", List.of("multiply")));
  }

  @Test
  void rulesObjectAfterTheMatch() {
    SameDiff sd = SameDiff.create();
    sd.placeHolder("x", DataType.FLOAT, 3).mul("y", sd.constant("one", Nd4j.scalar(1f)));
    RuleTester.of(new MulByOne())
        .on(sd)
        .isRefusedBecause("MulByOne at 'y' refused by node 'multiply': is an output");
  }

  @Test
  void unrelatedNodesAreNotEvenLookedAt() {
    SameDiff sd = SameDiff.create();
    sd.placeHolder("x", DataType.FLOAT, 3).add("y", 1.0);
    assertThat(RuleTester.of(new MulByOne(), new Silu()).on(sd).doesNotFire().refused()).isEmpty();
  }

  @Test
  void theSameValueIsMatchedInEitherOrder() {
    for (boolean first : new boolean[] {true, false}) {
      SameDiff sd = SameDiff.create();
      SDVariable x = sd.placeHolder("x", DataType.FLOAT, 2, 3);
      SDVariable gate = sd.nn().sigmoid("gate", x);
      SDVariable y = first ? sd.math().mul("y", gate, x) : sd.math().mul("y", x, gate);
      y.add("z", 1.0);
      RuleTester.of(new Silu())
          .on(sd)
          .becomes(
              "y/swish FLOAT = swish(x)", "z FLOAT = add_scalar(y/swish) scalar=1 @add_scalar");
      RuleTester.of(new Silu())
          .on(sd)
          .becomes("z", Pattern.op("add_scalar").with(Pattern.op("swish").with(Pattern.any())));
    }
  }

  @Test
  void aValueNeededElsewhereIsNotSwallowed() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, 2, 3);
    SDVariable gate = sd.nn().sigmoid("gate", x);
    sd.math().mul("y", x, gate).add("z", gate);
    RuleTester.of(new Silu()).on(sd).isRefusedBecause("'gate' is needed elsewhere, too");
  }

  @Test
  void anotherValueIsNotTheSame() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, 2, 3);
    SDVariable other = sd.placeHolder("other", DataType.FLOAT, 2, 3);
    sd.math().mul("y", x, sd.nn().sigmoid("gate", other)).add("z", 1.0);
    RewriteReport report =
        RuleTester.of(new Silu()).on(sd).isRefusedBecause("'other' is not the same as 'x'");
    assertThat(report.refused().get(0).matched()).containsExactly("sigmoid", "multiply");
  }

  @Test
  void laterPartsOfAPatternDecideTheOrderOfEarlierOnes() {
    // (a + b) * b, where only the second factor says which summand is which
    Capture<Value> kept = Capture.of("kept");
    Capture<Value> added = Capture.of("added");
    Pattern pattern =
        Pattern.op("multiply")
            .with(
                Pattern.op("add").with(Pattern.any().as(kept), Pattern.any().as(added)).commuting(),
                Pattern.same(added));
    SameDiff sd = SameDiff.create();
    SDVariable a = sd.placeHolder("a", DataType.FLOAT, 2);
    SDVariable b = sd.placeHolder("b", DataType.FLOAT, 2);
    sd.math().mul("y", a.add("s", b), a);
    Match match = (Match) pattern.match(GraphView.of(sd).value("y"));
    assertThat(match.get(kept)).hasToString("b");
    assertThat(match.get(added)).hasToString("a");
    assertThat(match.nodes()).extracting(Node::op).containsExactly("multiply", "add");
  }

  @Test
  void alternativesAndConditions() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, 2, 3);
    SDVariable y =
        x.mmul(
            "y",
            sd.constant("w", Nd4j.ones(DataType.FLOAT, 4, 3)),
            org.nd4j.linalg.api.blas.params.MMulTranspose.builder().transposeB(true).build());
    y.add("z", 1.0);
    Pattern straight =
        Pattern.op("matmul")
            .with(Pattern.any(), Pattern.constant())
            .where("transposes", n -> !n.attributes().transposeB());
    Outcome refusal =
        Pattern.either(straight, Pattern.op("add_scalar").with(straight))
            .match(GraphView.of(sd).value("z"));
    assertThat(refusal).isInstanceOf(Refusal.class).hasToString("node 'matmul': transposes");
    Pattern any = Pattern.either(Pattern.op("tanh"), Pattern.op("add_scalar", "sub_scalar"));
    assertThat(any.match(GraphView.of(sd).value("z"))).isInstanceOf(Match.class);
    assertThatThrownBy(() -> any.match(GraphView.of(sd).value("x")))
        .hasMessageContaining("computed by no node");
  }

  @Test
  void rulesThatNeverRestAreStopped() {
    SameDiff sd = scaled(true);
    String dump = GraphPrinter.print(sd);
    Rule restless =
        new Rule() {
          @Override
          public String name() {
            return "Restless";
          }

          @Override
          public Pattern pattern() {
            return Pattern.op("add");
          }

          @Override
          public void apply(Match match, GraphEditor editor) {
            editor.insertBefore(
                match.nodes().get(0).name(), 0, v -> v.mul(editor.freeName("again"), 1.0));
          }
        };
    assertThatThrownBy(() -> Rewriter.of(restless).rewrite(sd))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("rules do not come to rest: Restless at 'z'");
    assertThat(GraphPrinter.print(sd)).isEqualTo(dump);
  }

  @Test
  void aRuleThatBreaksTheGraphLeavesNoTrace() {
    SameDiff sd = scaled(true);
    String dump = GraphPrinter.print(sd);
    Rule vandal =
        new Rule() {
          @Override
          public Pattern pattern() {
            return Pattern.op("multiply");
          }

          @Override
          public void apply(Match match, GraphEditor editor) {
            editor.graph().getOps().remove(match.nodes().get(0).name());
          }
        };
    assertThatThrownBy(() -> Rewriter.of(vandal).rewrite(sd))
        .isInstanceOf(BrokenGraphException.class);
    assertThat(GraphPrinter.print(sd)).isEqualTo(dump);
  }
}
