/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import org.graft4j.models.Tokens.Rotation;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Writes the layers of a {@link CausalDecoder}.
 *
 * <pre>
 * x ─┬─ norm ─ self_attn (─ norm) ─(+)─┬─ norm ─ mlp (─ norm) ─(+)─
 *    └─────────────────────────────┘   └───────────────────────┘
 * </pre>
 */
final class DecoderLayer {
  private static final int FEATURES = 2;

  private final CausalDecoder decoder;
  private final DecoderSizes sizes;
  private final Blocks blocks;
  private final Projections projections;
  private final RmsNorm norm;
  private final AttentionBlock attention;

  DecoderLayer(CausalDecoder decoder, Blocks blocks, Rotation rotation) {
    this.decoder = decoder;
    this.sizes = decoder.sizes;
    this.blocks = blocks;
    this.projections = new Projections(blocks);
    this.norm = new RmsNorm(blocks, sizes.epsilon(), decoder.gain);
    this.attention =
        new AttentionBlock(blocks, sizes.heads(), sizes.keyValueHeads(), sizes.headFeatures())
            .rotated(rotation)
            .dividedBy(decoder.divisor)
            .cappedAt(decoder.scoreCap);
    if (decoder.headNorms) {
      attention.normed(norm);
    }
  }

  SDVariable write(String path, SDVariable x, SDVariable mask) {
    CausalDecoder.LayerNorms norms = decoder.norms;
    SDVariable before = norm(path + "." + norms.beforeAttention(), x);
    SDVariable attended = attention(path + ".self_attn", before, mask);
    SDVariable y = blocks.sum(path, x, after(path, norms.afterAttention(), attended));
    SDVariable between = norm(path + "." + norms.beforeFeedForward(), y);
    SDVariable fed = feedForward(path + ".mlp", between);
    return blocks.sum(path, y, after(path, norms.afterFeedForward(), fed));
  }

  SDVariable norm(String path, SDVariable x) {
    return norm.write(path, x, sizes.hidden(), FEATURES);
  }

  private SDVariable after(String path, @Nullable String name, SDVariable x) {
    return name == null ? x : norm(path + "." + name, x);
  }

  private SDVariable attention(String path, SDVariable x, SDVariable mask) {
    int hidden = sizes.hidden();
    int wide = sizes.heads() * sizes.headFeatures();
    int narrow = sizes.keyValueHeads() * sizes.headFeatures();
    boolean bias = decoder.inputBias;
    SDVariable[] parts;
    if (decoder.fusedProjections) {
      SDVariable all = linear(path + ".qkv_proj", x, hidden, wide + 2 * narrow, bias);
      parts = projections.cut(path + ".qkv_proj", all, wide, narrow, narrow);
    } else {
      parts =
          new SDVariable[] {
            linear(path + ".q_proj", x, hidden, wide, bias),
            linear(path + ".k_proj", x, hidden, narrow, bias),
            linear(path + ".v_proj", x, hidden, narrow, bias)
          };
    }
    SDVariable context = attention.write(path, parts[0], parts[1], parts[2], mask);
    return linear(path + ".o_proj", context, wide, hidden, decoder.outputBias);
  }

  private SDVariable feedForward(String path, SDVariable x) {
    int hidden = sizes.hidden();
    int wide = sizes.intermediate();
    boolean bias = decoder.feedForwardBias;
    SDVariable gate;
    SDVariable up;
    if (decoder.fusedGate) {
      SDVariable both = linear(path + ".gate_up_proj", x, hidden, 2 * wide, bias);
      SDVariable[] parts = projections.split(path + ".gate_up_proj", both, 2);
      gate = blocks.activation(path + ".activation_fn", decoder.activation, parts[0]);
      up = parts[1];
    } else {
      SDVariable shut = linear(path + ".gate_proj", x, hidden, wide, bias);
      gate = blocks.activation(path + ".act_fn", decoder.activation, shut);
      up = linear(path + ".up_proj", x, hidden, wide, bias);
    }
    return linear(path + ".down_proj", blocks.multiply(path, gate, up), wide, hidden, bias);
  }

  private SDVariable linear(String path, SDVariable x, int in, int out, boolean bias) {
    return bias ? blocks.linear(path, x, in, out) : blocks.linearWithoutBias(path, x, in, out);
  }
}
