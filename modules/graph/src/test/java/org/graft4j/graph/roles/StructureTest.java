/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Attentions, feed-forward blocks and what is around them. */
final class StructureTest {
  private final Spelling s = new Spelling();

  private SDVariable linear(SDVariable x, String weight, long in, long out) {
    SDVariable flat = s.sd.reshape(x, -1, in);
    return s.sd.reshape(flat.mmul(s.constant(weight, in, out)), s.shape(out));
  }

  private SDVariable heads(SDVariable x, long heads, long features) {
    SDVariable last =
        s.sd.constant(
            s.sd.generateDistinctCustomVariableName("heads"),
            Nd4j.createFromArray(heads, features));
    SDVariable leading =
        s.sd.stridedSlice(s.sd.shape(x), new long[] {0}, new long[] {2}, new long[] {1});
    return s.sd.permute(s.sd.reshape(x, s.sd.concat(0, leading, last)), 0, 2, 1, 3);
  }

  private SDVariable attention(SDVariable q, SDVariable k, SDVariable v, SDVariable mask) {
    SDVariable scores = s.sd.mmul(q, k, false, true, false).mul(0.5).add(mask);
    SDVariable context = s.sd.nn().softmax("softmax", scores, -1).mmul(v);
    return s.sd.reshape(s.sd.permute(context, 0, 2, 1, 3), s.shape(8));
  }

  private SDVariable mask() {
    SDVariable mask = s.sd.placeHolder("attention_mask", DataType.INT64, -1, -1);
    SDVariable wide = s.sd.expandDims(s.sd.expandDims(mask.castTo(DataType.FLOAT), 1), 1);
    return wide.rsub(1.0).mul("additive", -10000.0);
  }

  private SDVariable unnamedAttention() {
    SDVariable q = heads(linear(s.x, "w1", 4, 8), 2, 4).mul(0.5);
    SDVariable k = heads(linear(s.x, "w2", 4, 8), 2, 4);
    SDVariable v = heads(linear(s.x, "w3", 4, 8), 2, 4);
    return linear(attention(q, k, v, mask()), "w4", 8, 4);
  }

  @Test
  void placesInTheStructureNameWhatNamesDoNot() {
    SDVariable y = unnamedAttention();
    linear(s.sd.nn().relu(linear(y, "w5", 4, 6), 0), "w6", 6, 4);
    assertThat(s.roles().linears())
        .extracting(Linear::path)
        .containsExactlyInAnyOrder(
            "layer.0.attention.query",
            "layer.0.attention.key",
            "layer.0.attention.value",
            "layer.0.attention.output",
            "layer.0.feed_forward.up",
            "layer.0.feed_forward.down");
    assertThat(s.roles().attentions())
        .extracting(Attention::path)
        .containsExactly("layer.0.attention");
    assertThat(s.roles().feedForwards())
        .extracting(FeedForward::path)
        .containsExactly("layer.0.feed_forward");
  }

  @Test
  void theScaleIsCollectedWhereverItStands() {
    unnamedAttention();
    Attention attention = s.roles().attentions().get(0);
    assertThat(attention.scale()).isCloseTo(0.25, within(1e-9));
    assertThat(attention.cap()).isZero();
    assertThat(attention.heads()).isEqualTo(2);
    assertThat(attention.mask()).hasToString("additive");
    assertThat(attention.bias()).isNull();
    assertThat(s.roles().masks().get(0).source()).hasToString("attention_mask");
  }

  @Test
  void aCapOfTheScoresIsFound() {
    SDVariable q = heads(linear(s.x, "w1", 4, 8), 2, 4);
    SDVariable k = heads(linear(s.x, "w2", 4, 8), 2, 4);
    SDVariable v = heads(linear(s.x, "w3", 4, 8), 2, 4);
    SDVariable scores = s.sd.mmul(q, k, false, true, false).div(2.0);
    SDVariable capped = s.sd.math().tanh(scores.div(50.0)).mul(50.0).add(mask());
    s.sd.nn().softmax("softmax", capped, -1).mmul(v);
    Attention attention = s.roles().attentions().get(0);
    assertThat(attention.cap()).isCloseTo(50, within(1e-5));
    assertThat(attention.scale()).isCloseTo(0.5, within(1e-7));
    assertThat(attention.mask()).hasToString("additive");
  }

  @Test
  void oneFusedLayerMakesThreeProjections() {
    SDVariable fused = linear(s.x, "h.0.attn.c_attn.weight", 4, 24);
    SDVariable[] parts = s.sd.split(fused, 3, 2);
    attention(heads(parts[0], 2, 4), heads(parts[1], 2, 4), heads(parts[2], 2, 4), mask());
    Attention attention = s.roles().attentions().get(0);
    assertThat(attention.path()).isEqualTo("h.0.attn");
    assertThat(attention.query()).isEqualTo(attention.value());
    assertThat(attention.query().slices())
        .extracting(Slice::name)
        .containsExactly("query", "key", "value");
    assertThat(s.roles().linears()).containsExactly(attention.query());
    assertThat(attention.query().slice("key").orElseThrow().begin()).isEqualTo(8);
  }

  @Test
  void aGateBesideTheActivationMakesTheBlockGated() {
    SDVariable gate = linear(s.x, "mlp.gate_proj.weight", 4, 6);
    SDVariable up = linear(s.x, "mlp.up_proj.weight", 4, 6);
    linear(gate.mul(s.sd.nn().sigmoid(gate)).mul(up), "mlp.down_proj.weight", 6, 4);
    FeedForward block = s.roles().feedForwards().get(0);
    assertThat(block.path()).isEqualTo("mlp");
    assertThat(block.gate()).isNotNull().extracting(Linear::path).isEqualTo("mlp.gate_proj");
    assertThat(block.up().path()).isEqualTo("mlp.up_proj");
    assertThat(block.down().path()).isEqualTo("mlp.down_proj");
    assertThat(block.activation().kind()).isEqualTo(Activation.Kind.SILU);
  }

  @Test
  void aHeadOfTwoLayersIsNoFeedForward() {
    linear(s.sd.math().tanh(linear(s.x, "pooler", 4, 4)), "classifier", 4, 2);
    assertThat(s.roles().feedForwards()).isEmpty();
  }

  @Test
  void queriesWithoutAProjectionAreANearMiss() {
    SDVariable k = heads(linear(s.x, "w2", 4, 8), 2, 4);
    SDVariable v = heads(linear(s.x, "w3", 4, 8), 2, 4);
    attention(s.sd.placeHolder("q", DataType.FLOAT, -1, 2, -1, 4), k, v, mask());
    assertThat(s.roles().attentions()).isEmpty();
    assertThat(s.roles().nearMisses())
        .extracting(NearMiss::reason)
        .containsExactly("queries do not come from one linear layer");
  }

  @Test
  void aSoftmaxWithoutAProductIsNoAttention() {
    s.sd.nn().softmax(linear(s.x, "w", 4, 8), -1);
    assertThat(s.roles().attentions()).isEmpty();
    assertThat(s.roles().nearMisses()).isEmpty();
  }

  @Test
  void embeddingsGatherOrMultiplyOneHotRows() {
    SDVariable ids = s.sd.placeHolder("ids", DataType.INT64, -1, -1);
    s.sd.gather("g", s.constant("a.words.weight", 9, 4), ids, 0);
    s.sd
        .oneHot(s.sd.reshape(ids, -1), 3)
        .castTo(DataType.FLOAT)
        .mmul("m", s.constant("kinds.weight", 3, 4));
    s.sd.gather("other axis", s.constant("b.words.weight", 9, 4), ids, 1);
    s.sd.gather("no table", s.constant("vector", 9), ids, 0);
    assertThat(s.roles().embeddings())
        .extracting(e -> e.path() + " " + e.output())
        .containsExactlyInAnyOrder("a.words g", "kinds m");
    assertThat(s.roles().linears()).isEmpty();
  }

  @Test
  void markedProductsAreDropouts() {
    SDVariable one = s.sd.constant("a.query.spam.dropout@0.1", Nd4j.scalar(1f));
    SDVariable y = s.rows.mul("dropped", one);
    assertThat(s.roles().dropouts())
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.rate()).isEqualTo(0.1);
              assertThat(d.path()).isEqualTo("a.query.spam");
              assertThat(d.input()).hasToString("rows");
              assertThat(d.output()).hasToString(y.name());
            });
  }

  @Test
  void theLossKnowsLogitsLabelsAndWeights() {
    SDVariable labels = s.sd.placeHolder("labels", DataType.FLOAT, -1, 4);
    SDVariable one = s.sd.constant("one", Nd4j.scalar(1f));
    s.sd.loss().softmaxCrossEntropy("loss", labels, s.rows, one);
    SDVariable weights = s.sd.placeHolder("weights", DataType.FLOAT, -1);
    s.sd.loss().softmaxCrossEntropy("weighted", labels, s.rows, weights);
    assertThat(s.roles().crossEntropies())
        .extracting(c -> c.logits() + " " + c.labels() + " " + c.weights())
        .containsExactlyInAnyOrder("rows labels null", "rows labels weights");
  }
}
