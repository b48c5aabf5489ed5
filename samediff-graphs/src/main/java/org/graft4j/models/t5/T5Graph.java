/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.t5;

import org.graft4j.models.AttentionBlock;
import org.graft4j.models.Blocks;
import org.graft4j.models.Checkpoint;
import org.graft4j.models.Form;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.RelativeBias;
import org.graft4j.models.Sequence;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A T5 or mT5 as a graph: from {@code input_ids} and {@code attention_mask}, INT64 {@code [batch,
 * length]}, and in the forms base and seq2seq-lm {@code decoder_input_ids} and {@code
 * decoder_attention_mask}, INT64 {@code [batch, decoder length]}, to the outputs of its form, with
 * the modules of transformers' {@code T5Model} and its relatives.
 *
 * <p>The forms base and seq2seq-lm have the output {@code encoder_last_hidden_state} too. A base
 * whose checkpoint has no decoder is the encoder alone.
 */
public final class T5Graph {
  private final T5Config config;
  private final Checkpoint weights;
  private final Sequence encoder;

  private T5Graph(T5Config config, Checkpoint weights, Sequence encoder) {
    this.config = config;
    this.weights = weights;
    this.encoder = encoder;
  }

  /**
   * Writes the graph.
   *
   * @param model the configuration
   * @param checkpoint the weights
   * @param form base, seq2seq-lm, sequence-classification, token-classification or
   *     question-answering
   * @return the graph; its constants are the arrays of the checkpoint
   * @throws ModelException if the configuration is wrong, or there is no such form
   * @throws IllegalArgumentException if a weight is missing or has another shape
   */
  public static SameDiff of(ModelConfig model, Checkpoint checkpoint, Form form)
      throws ModelException {
    T5Config config = T5Config.of(model);
    Checkpoint weights = checkpoint.withBases("transformer");
    SameDiff graph = Blocks.newGraph();
    T5Graph writer = new T5Graph(config, weights, Sequence.encoder(graph, weights));
    switch (form) {
      case BASE -> writer.base();
      case SEQ2SEQ_LM -> writer.language();
      case SEQUENCE_CLASSIFICATION -> writer.text(model.labels());
      case TOKEN_CLASSIFICATION -> {
        SDVariable x = writer.encoded("transformer.");
        Blocks blocks = writer.encoder.blocks();
        blocks.output("logits", blocks.tokenHead("classifier", x, config.hidden(), model.labels()));
      }
      case QUESTION_ANSWERING -> {
        Sequence decoder = writer.encoder.later(weights, config.start());
        SDVariable x = writer.decoded("", decoder, writer.encoded(""));
        decoder.blocks().answer("qa_outputs", x, config.hidden());
      }
      default -> throw model.wrong("model_type", "has no form " + form);
    }
    return graph;
  }

  private void base() {
    SDVariable read = encoded("");
    Blocks blocks = encoder.blocks();
    if (weights.contains("decoder.final_layer_norm.weight")) {
      Sequence decoder = Sequence.decoder(read.getSameDiff(), weights);
      blocks.output("last_hidden_state", decoded("", decoder, read));
      blocks.output("encoder_last_hidden_state", read);
    } else {
      blocks.output("last_hidden_state", read);
    }
  }

  private void language() {
    SDVariable read = encoded("");
    Sequence decoder = Sequence.decoder(read.getSameDiff(), weights);
    Blocks blocks = decoder.blocks();
    SDVariable x = decoded("", decoder, read);
    if (config.scaled()) {
      x = blocks.scaled("lm_head", x, 1 / Math.sqrt(config.hidden()));
    }
    String table = weights.contains("lm_head.weight") ? "lm_head.weight" : "shared.weight";
    SDVariable weight = blocks.weight(table, config.vocabulary(), config.hidden());
    blocks.output("logits", blocks.product("lm_head", x, weight));
    blocks.output("encoder_last_hidden_state", read);
  }

  /** A text is what the decoder makes of its last end token. */
  private void text(int labels) {
    Sequence decoder = encoder.later(weights, config.start());
    SDVariable x = decoded("transformer.", decoder, encoded("transformer."));
    Blocks blocks = decoder.blocks();
    SDVariable end = decoder.tokens().lastOf(x, encoder.ids(), config.end());
    String path = "classification_head";
    SDVariable pooled = blocks.pooler(path + ".dense", end, config.hidden(), "tanh");
    blocks.output(
        "logits", blocks.textHead(path + ".out_proj", pooled, config.hidden(), labels, true));
  }

  private SDVariable encoded(String base) {
    SDVariable mask = encoder.tokens().mask();
    return new Stack(base + "encoder", encoder, true, mask).write(base, config.layers(), null);
  }

  private SDVariable decoded(String base, Sequence decoder, SDVariable read) {
    SDVariable mask = decoder.tokens().causalMask();
    return new Stack(base + "decoder", decoder, false, mask)
        .write(base, config.decoderLayers(), read);
  }

  /** One of the two sides. */
  private final class Stack {
    private final String path;
    private final Sequence side;
    private final Blocks blocks;
    private final SDVariable bias;

    Stack(String path, Sequence side, boolean bothWays, SDVariable mask) {
      this.path = path;
      this.side = side;
      this.blocks = side.blocks();
      this.bias =
          new RelativeBias(config.buckets(), config.reach(), bothWays)
              .write(
                  path + ".block.0.layer.0.SelfAttention.relative_attention_bias",
                  side,
                  config.heads(),
                  mask);
    }

    SDVariable write(String base, int layers, @Nullable SDVariable read) {
      SDVariable x =
          blocks.embedding(base + "shared", side.ids(), config.vocabulary(), config.hidden());
      SDVariable seen = read == null ? bias : encoder.tokens().mask();
      for (int i = 0; i < layers; i++) {
        String layer = path + ".block." + i + ".layer.";
        x = attended(layer + "0", ".SelfAttention", x, null, bias);
        if (read != null) {
          x = attended(layer + "1", ".EncDecAttention", x, read, seen);
        }
        x = forward(layer + (read == null ? "1" : "2"), x);
      }
      return norm(path + ".final_layer_norm", x);
    }

    private SDVariable attended(
        String layer, String name, SDVariable x, @Nullable SDVariable read, SDVariable mask) {
      String at = layer + name;
      int inner = config.heads() * config.headFeatures();
      SDVariable normal = norm(layer + ".layer_norm", x);
      SDVariable of = read == null ? normal : read;
      AttentionBlock attention =
          new AttentionBlock(blocks, config.heads(), config.heads(), config.headFeatures())
              .dividedBy(1);
      Blocks other = read == null ? blocks : encoder.blocks();
      SDVariable context =
          attention
              .reading(other)
              .write(
                  at,
                  blocks.linearWithoutBias(at + ".q", normal, config.hidden(), inner),
                  other.linearWithoutBias(at + ".k", of, config.hidden(), inner),
                  other.linearWithoutBias(at + ".v", of, config.hidden(), inner),
                  mask);
      return blocks.sum(
          layer, x, blocks.linearWithoutBias(at + ".o", context, inner, config.hidden()));
    }

    private SDVariable forward(String layer, SDVariable x) {
      String at = layer + ".DenseReluDense";
      int hidden = config.hidden();
      int wide = config.intermediate();
      SDVariable normal = norm(layer + ".layer_norm", x);
      String first = at + (config.gated() ? ".wi_0" : ".wi");
      SDVariable open =
          blocks.activation(
              at + ".act",
              config.activation(),
              blocks.linearWithoutBias(first, normal, hidden, wide));
      if (config.gated()) {
        open =
            blocks.multiply(at, open, blocks.linearWithoutBias(at + ".wi_1", normal, hidden, wide));
      }
      return blocks.sum(layer, x, blocks.linearWithoutBias(at + ".wo", open, wide, hidden));
    }

    private SDVariable norm(String at, SDVariable x) {
      return blocks.rmsNorm(at, x, config.hidden(), config.epsilon());
    }
  }
}
