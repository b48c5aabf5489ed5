/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Iterators;
import java.util.Iterator;
import java.util.List;
import org.graft4j.text.TokenBatch;
import org.graft4j.text.Tokenizer;
import org.graft4j.text.Tokens;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Texts as token ids, with their classes as one-hot rows. */
final class EncodedTexts implements EncodedExamples {
  private final Tokenizer tokenizer;
  private final TextInputs inputs;
  private final List<Tokens> tokens;
  private final int[] classes;
  private final int classCount;
  private final String labels;
  private final int lengthMultiple;

  EncodedTexts(
      Tokenizer tokenizer,
      TextInputs inputs,
      List<Tokens> tokens,
      int[] classes,
      int classCount,
      String labels,
      int lengthMultiple) {
    this.tokenizer = tokenizer;
    this.inputs = inputs;
    this.tokens = tokens;
    this.classes = classes;
    this.classCount = classCount;
    this.labels = labels;
    this.lengthMultiple = lengthMultiple;
  }

  @Override
  public int size() {
    return tokens.size();
  }

  @Override
  public int truncated() {
    return (int) tokens.stream().filter(Tokens::truncated).count();
  }

  @Override
  public Iterator<Batch> batches(int batchSize) {
    checkArgument(batchSize > 0, "batch size must be positive: %s", batchSize);
    return batches(Buckets.sorted(size(), i -> tokens.get(i).length(), batchSize));
  }

  @Override
  public Iterator<Batch> shuffled(int batchSize, long seed) {
    checkArgument(batchSize > 0, "batch size must be positive: %s", batchSize);
    return batches(Buckets.shuffled(size(), i -> tokens.get(i).length(), batchSize, seed));
  }

  private Iterator<Batch> batches(List<List<Integer>> dealt) {
    return Iterators.transform(dealt.iterator(), this::batch);
  }

  private Batch batch(List<Integer> rows) {
    List<Tokens> texts = rows.stream().map(tokens::get).toList();
    TokenBatch padded = tokenizer.pad(texts, lengthMultiple);
    ImmutableMap.Builder<String, INDArray> placeholders = ImmutableMap.builder();
    inputs.fill(padded, placeholders);
    float[][] oneHot = new float[rows.size()][classCount];
    for (int row = 0; row < oneHot.length; row++) {
      oneHot[row][classes[rows.get(row)]] = 1;
    }
    placeholders.put(labels, Nd4j.createFromArray(oneHot));
    return new Batch(
        placeholders.buildOrThrow(), rows.size(), texts.stream().mapToLong(Tokens::length).sum());
  }
}
