/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.graft4j.models.RmsNorm.Gain;
import org.graft4j.models.Tokens.Pairs;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A causal decoder of LLaMA's kind, from {@code input_ids} and {@code attention_mask}, INT64 {@code
 * [batch, length]}, to the outputs of its form.
 *
 * <p>As made, it is LLaMA without biases; each family says what it does otherwise, and then asks
 * for the graph.
 */
public final class CausalDecoder {
  final DecoderSizes sizes;
  final String activation;
  AttentionWindows windows;
  LayerNorms norms = new LayerNorms("input_layernorm", null, "post_attention_layernorm", null);
  Gain gain = Gain.WEIGHT;
  boolean fusedProjections;
  boolean fusedGate;
  boolean headNorms;
  boolean inputBias;
  boolean outputBias;
  boolean feedForwardBias;
  double divisor;
  double scoreCap;

  private final RotaryFrequencies rotary;
  private final Set<Form> forms =
      EnumSet.of(Form.CAUSAL_LM, Form.SEQUENCE_CLASSIFICATION, Form.TOKEN_CLASSIFICATION);
  private Pairs pairs = Pairs.HALVES;
  private String answering = "model.";
  private boolean tied;
  private double embeddingScale = 1;
  private double logitCap;

  /**
   * The names of the norms of a layer, below its path.
   *
   * @param beforeAttention the norm of what the attention reads
   * @param afterAttention that of what the attention adds, if there is one
   * @param beforeFeedForward the norm of what the feed-forward reads
   * @param afterFeedForward that of what the feed-forward adds, if there is one
   */
  record LayerNorms(
      String beforeAttention,
      @Nullable String afterAttention,
      String beforeFeedForward,
      @Nullable String afterFeedForward) {}

  /**
   * Describes a LLaMA without biases.
   *
   * @param sizes the sizes
   * @param rotary how the features of queries and keys turn
   * @param activation the function of the gate
   */
  public CausalDecoder(DecoderSizes sizes, RotaryFrequencies rotary, String activation) {
    this.sizes = sizes;
    this.rotary = rotary;
    this.activation = activation;
    this.windows = AttentionWindows.same(sizes.layers(), 0);
    this.divisor = Math.sqrt((double) sizes.headFeatures());
  }

  /**
   * Takes the embedding for the head of the language model.
   *
   * @param isTied whether it is so
   * @return this
   */
  public CausalDecoder tied(boolean isTied) {
    this.tied = isTied;
    return this;
  }

  /**
   * Adds the form question-answering.
   *
   * @param base what the base is called in it, {@code model} or {@code transformer}
   * @return this
   */
  public CausalDecoder answering(String base) {
    this.answering = base + ".";
    forms.add(Form.QUESTION_ANSWERING);
    return this;
  }

  /**
   * Gives projections of the attention a bias.
   *
   * @param input whether those of queries, keys and values have one
   * @param output whether that of the output has one
   * @return this
   */
  public CausalDecoder attentionBias(boolean input, boolean output) {
    this.inputBias = input;
    this.outputBias = output;
    return this;
  }

  /**
   * Gives the layers of the feed-forward a bias.
   *
   * @param has whether they have one
   * @return this
   */
  public CausalDecoder feedForwardBias(boolean has) {
    this.feedForwardBias = has;
    return this;
  }

  /**
   * Lets layers see a window.
   *
   * @param ofLayers how far each sees
   * @return this
   */
  public CausalDecoder windows(AttentionWindows ofLayers) {
    this.windows = ofLayers;
    return this;
  }

  /**
   * Norms queries and keys, head by head, before they turn: {@code q_norm} and {@code k_norm}.
   *
   * @return this
   */
  public CausalDecoder headNorms() {
    this.headNorms = true;
    return this;
  }

  /**
   * Turns features that stand beside each other, not half a head apart.
   *
   * @return this
   */
  public CausalDecoder turningNeighbours() {
    this.pairs = Pairs.NEIGHBOURS;
    return this;
  }

  /**
   * Makes gate and up of one layer, {@code gate_up_proj}.
   *
   * @return this
   */
  public CausalDecoder fusedGate() {
    this.fusedGate = true;
    return this;
  }

  /**
   * Makes queries, keys and values of one layer, {@code qkv_proj}.
   *
   * @return this
   */
  public CausalDecoder fusedProjections() {
    this.fusedProjections = true;
    return this;
  }

  /**
   * Norms also what attention and feed-forward add.
   *
   * @param beforeAttention the name of the norm of what the attention reads
   * @param afterAttention that of what it adds
   * @param beforeFeedForward that of what the feed-forward reads
   * @param afterFeedForward that of what it adds
   * @return this
   */
  public CausalDecoder normsAround(
      String beforeAttention,
      String afterAttention,
      String beforeFeedForward,
      String afterFeedForward) {
    this.norms =
        new LayerNorms(beforeAttention, afterAttention, beforeFeedForward, afterFeedForward);
    return this;
  }

  /**
   * Scales the output of norms by one plus their weight.
   *
   * @return this
   */
  public CausalDecoder gainOnePlusWeight() {
    this.gain = Gain.ONE_PLUS_WEIGHT;
    return this;
  }

  /**
   * Multiplies embeddings.
   *
   * @param by the factor
   * @return this
   */
  public CausalDecoder embeddingScale(double by) {
    this.embeddingScale = by;
    return this;
  }

  /**
   * Divides scores by another number than the root of a head's features.
   *
   * @param by the number
   * @return this
   */
  public CausalDecoder scoresDividedBy(double by) {
    this.divisor = by;
    return this;
  }

  /**
   * Keeps numbers within a cap: {@code cap · tanh(x / cap)}.
   *
   * @param scores the cap of the scores of attentions; 0 for none
   * @param logits the cap of the logits of the language model; 0 for none
   * @return this
   */
  public CausalDecoder caps(double scores, double logits) {
    this.scoreCap = scores;
    this.logitCap = logits;
    return this;
  }

  /**
   * Writes the graph.
   *
   * @param model the configuration
   * @param weights the weights
   * @param form base, causal-lm, sequence-classification, token-classification or, where the family
   *     has it, question-answering
   * @return the graph; its constants are the arrays of the checkpoint
   * @throws ModelException if the configuration is wrong, or there is no such form
   * @throws IllegalArgumentException if a weight is missing or has another shape
   */
  public SameDiff graph(ModelConfig model, Checkpoint weights, Form form) throws ModelException {
    CausalHeads heads = new CausalHeads(model, form, forms).tokenHead("score").capped(logitCap);
    String base = heads.base(form == Form.QUESTION_ANSWERING ? answering : "model.");
    SameDiff graph = Blocks.newGraph();
    SDVariable ids = Blocks.ids(graph, "input_ids");
    SDVariable mask = Blocks.ids(graph, "attention_mask");
    Blocks blocks = new Blocks(graph, weights.withBases("model", "transformer"), ids);
    Tokens tokens = new Tokens(blocks, ids, mask);
    SDVariable hidden = layers(base, blocks, tokens, ids);
    if (tied) {
      heads.table(base + "embed_tokens.weight");
    }
    heads.write(blocks, tokens, ids, hidden, sizes.hidden());
    return graph;
  }

  private SDVariable layers(String base, Blocks blocks, Tokens tokens, SDVariable ids) {
    DecoderLayer layer = new DecoderLayer(this, blocks, tokens.rotation(rotary, pairs));
    Map<Integer, SDVariable> masks = new HashMap<>();
    String path = base + "embed_tokens";
    SDVariable x = blocks.embedding(path, ids, sizes.vocabulary(), sizes.hidden());
    if (embeddingScale != 1) {
      x = blocks.multiply(path, x, blocks.scalar(embeddingScale));
    }
    for (int i = 0; i < sizes.layers(); i++) {
      SDVariable mask = masks.computeIfAbsent(windows.ofLayers().get(i), tokens::causalMask);
      x = layer.write(base + "layers." + i, x, mask);
    }
    return layer.norm(base + "norm", x);
  }
}
