/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models.bert;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.graft4j.models.Blocks;
import org.graft4j.models.Checkpoint;
import org.graft4j.models.Form;
import org.graft4j.models.ModelConfig;
import org.graft4j.models.ModelException;
import org.graft4j.models.Tokens;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * BERT's encoder as a graph: {@code input_ids}, {@code attention_mask}, {@code token_type_ids}, all
 * INT64 {@code [batch, length]}, to {@code last_hidden_state}, {@code [batch, length, hidden]}.
 *
 * <p>Modules and weights are called as in transformers' {@code BertModel}; there is no pooler.
 */
public final class BertGraph {
  private static final double SPREAD = 0.02;

  private final BertConfig config;
  private final String function;
  private final SameDiff graph = Blocks.newGraph();
  private final SDVariable ids = Blocks.ids(graph, "input_ids");
  private final SDVariable types;
  private final Blocks blocks;
  private final Tokens tokens;
  private final BertEncoder encoder;

  private BertGraph(BertConfig config, String function, Checkpoint weights) {
    this.config = config;
    this.function = function;
    SDVariable mask = Blocks.ids(graph, "attention_mask");
    this.types = Blocks.ids(graph, "token_type_ids");
    this.blocks = new Blocks(graph, weights, ids);
    this.tokens = new Tokens(blocks, ids, mask);
    this.encoder = new BertEncoder(config, blocks, function);
  }

  /**
   * Builds an encoder with random weights.
   *
   * @param config the sizes
   * @param seed the seed of the weights
   * @return the graph
   */
  public static SameDiff random(BertConfig config, long seed) {
    return of(config, randomWeights(config, seed));
  }

  /**
   * Builds an encoder with given weights.
   *
   * @param config the sizes
   * @param weights the arrays by their names in transformers, such as {@code
   *     encoder.layer.0.attention.self.query.weight}; others are not looked at
   * @return the graph; its constants are the given arrays, not copies
   * @throws IllegalArgumentException if a weight is missing or has another shape
   */
  public static SameDiff of(BertConfig config, Map<String, INDArray> weights) {
    BertGraph writer = new BertGraph(config, "gelu", Checkpoint.of(weights));
    writer.blocks.output("last_hidden_state", writer.encoder(""));
    return writer.graph;
  }

  /**
   * Writes the graph of a form.
   *
   * @param model the configuration
   * @param weights the weights
   * @param form base, masked-lm, sequence-classification, token-classification or
   *     question-answering
   * @return the graph; its constants are the arrays of the checkpoint
   * @throws ModelException if the configuration is wrong, or there is no such form
   * @throws IllegalArgumentException if a weight is missing or has another shape
   */
  public static SameDiff of(ModelConfig model, Checkpoint weights, Form form)
      throws ModelException {
    BertConfig config = BertConfig.of(model);
    String function = model.text("hidden_act", "gelu");
    BertGraph writer = new BertGraph(config, function, weights.withBases("bert"));
    int hidden = config.hiddenSize();
    Blocks blocks = writer.blocks;
    switch (form) {
      case BASE -> blocks.output("last_hidden_state", writer.encoder(""));
      case MASKED_LM -> blocks.output("logits", writer.predictions(writer.encoder("bert.")));
      case SEQUENCE_CLASSIFICATION -> {
        SDVariable first = blocks.first("bert.pooler", writer.encoder("bert."));
        SDVariable pooled = blocks.pooler("bert.pooler.dense", first, hidden, "tanh");
        blocks.output(
            "logits", blocks.textHead("classifier", pooled, hidden, model.labels(), true));
      }
      case TOKEN_CLASSIFICATION ->
          blocks.output(
              "logits",
              blocks.tokenHead("classifier", writer.encoder("bert."), hidden, model.labels()));
      case QUESTION_ANSWERING -> blocks.answer("qa_outputs", writer.encoder("bert."), hidden);
      default -> throw model.wrong("model_type", "has no form " + form);
    }
    return writer.graph;
  }

  private SDVariable encoder(String base) {
    SDVariable x =
        encoder.embeddings(
            base + "embeddings", ids, types, tokens.positions(), config.hiddenSize());
    return encoder.layers(base + "encoder.layer", x, tokens.mask());
  }

  private SDVariable predictions(SDVariable x) {
    int hidden = config.hiddenSize();
    String path = "cls.predictions.transform";
    SDVariable normal =
        encoder.transform(
            path + ".dense", path + ".transform_act_fn", function, path + ".LayerNorm", x, hidden);
    SDVariable table =
        blocks.weight("bert.embeddings.word_embeddings.weight", config.vocabularySize(), hidden);
    SDVariable bias = blocks.weight("cls.predictions.bias", config.vocabularySize());
    return blocks.sum(
        "cls.predictions", blocks.product("cls.predictions.decoder", normal, table), bias);
  }

  /**
   * Makes random weights: all normal with a standard deviation of 0.02, around one for the scales
   * of norms and around zero for the rest.
   *
   * @param config the sizes
   * @param seed the seed
   * @return the arrays by their names in transformers
   */
  public static Map<String, INDArray> randomWeights(BertConfig config, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, INDArray> weights = new LinkedHashMap<>();
    int hidden = config.hiddenSize();
    int wide = config.intermediateSize();
    draw(weights, "embeddings.word_embeddings.weight", 0, random, config.vocabularySize(), hidden);
    draw(
        weights, "embeddings.position_embeddings.weight", 0, random, config.maxPositions(), hidden);
    draw(
        weights, "embeddings.token_type_embeddings.weight", 0, random, config.tokenTypes(), hidden);
    norm(weights, "embeddings.LayerNorm", random, hidden);
    for (int i = 0; i < config.layers(); i++) {
      String path = "encoder.layer." + i;
      for (String name : new String[] {"self.query", "self.key", "self.value", "output.dense"}) {
        linear(weights, path + ".attention." + name, random, hidden, hidden);
      }
      norm(weights, path + ".attention.output.LayerNorm", random, hidden);
      linear(weights, path + ".intermediate.dense", random, hidden, wide);
      linear(weights, path + ".output.dense", random, wide, hidden);
      norm(weights, path + ".output.LayerNorm", random, hidden);
    }
    return weights;
  }

  private static void linear(
      Map<String, INDArray> weights, String path, SplittableRandom random, int in, int out) {
    draw(weights, path + ".weight", 0, random, out, in);
    draw(weights, path + ".bias", 0, random, out);
  }

  private static void norm(
      Map<String, INDArray> weights, String path, SplittableRandom random, int features) {
    draw(weights, path + ".weight", 1, random, features);
    draw(weights, path + ".bias", 0, random, features);
  }

  private static void draw(
      Map<String, INDArray> weights,
      String name,
      double mean,
      SplittableRandom random,
      int... shape) {
    long[] sizes = Arrays.stream(shape).asLongStream().toArray();
    INDArray array = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', sizes);
    for (long i = 0; i < array.length(); i++) {
      array.data().put(i, (float) random.nextGaussian(mean, SPREAD));
    }
    weights.put(name, array);
  }
}
