/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.graft4j.engine.CompiledGraph;
import org.graft4j.text.Tokenizer;
import org.graft4j.text.Tokens;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Classifies texts with a compiled graph; plans are leased for each batch, so many threads may ask
 * at once.
 */
final class TextPredictor implements Predictor<String> {
  private static final int BATCH = 16;

  private final CompiledGraph compiled;
  private final String logits;
  private final Tokenizer tokenizer;
  private final TextInputs inputs;
  private final List<String> labels;
  private final int maxLength;
  private final int lengthMultiple;

  TextPredictor(
      CompiledGraph compiled,
      String logits,
      Tokenizer tokenizer,
      TextInputs inputs,
      List<String> labels,
      int maxLength,
      int lengthMultiple) {
    this.compiled = compiled;
    this.logits = logits;
    this.tokenizer = tokenizer;
    this.inputs = inputs;
    this.labels = labels;
    this.maxLength = maxLength;
    this.lengthMultiple = lengthMultiple;
  }

  @Override
  public Prediction predict(String input) {
    checkArgument(!input.isBlank(), "text is empty; there is nothing to classify");
    return predict(List.of(tokenizer.encode(input, maxLength))).get(0);
  }

  @Override
  public List<Prediction> predictAll(List<? extends String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      checkArgument(!texts.get(i).isBlank(), "text %s is empty", i + 1);
    }
    List<Tokens> tokens = tokenizer.encode(List.copyOf(texts), maxLength);
    Prediction[] predictions = new Prediction[texts.size()];
    for (List<Integer> rows : Buckets.sorted(tokens.size(), i -> tokens.get(i).length(), BATCH)) {
      List<Prediction> some = predict(rows.stream().map(tokens::get).toList());
      for (int i = 0; i < rows.size(); i++) {
        predictions[rows.get(i)] = some.get(i);
      }
    }
    return Arrays.asList(predictions);
  }

  private List<Prediction> predict(List<Tokens> tokens) {
    ImmutableMap.Builder<String, INDArray> builder = ImmutableMap.builder();
    inputs.fill(tokenizer.pad(tokens, lengthMultiple), builder);
    Map<String, INDArray> outputs = compiled.run(builder.buildOrThrow());
    double[][] rows = Probabilities.of(outputs.values().iterator().next());
    List<Prediction> predictions = new ArrayList<>();
    for (int row = 0; row < rows.length; row++) {
      ImmutableMap.Builder<String, Double> scores = ImmutableMap.builder();
      int best = 0;
      for (int label = 0; label < rows[row].length; label++) {
        scores.put(labels.get(label), rows[row][label]);
        best = rows[row][label] > rows[row][best] ? label : best;
      }
      predictions.add(
          new Prediction(labels.get(best), scores.buildOrThrow(), tokens.get(row).truncated()));
    }
    return predictions;
  }

  @Override
  public void close() {
    compiled.close();
  }

  @Override
  public String toString() {
    return "predictor of " + labels + " from " + logits;
  }
}
