/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Iterators;
import java.util.Iterator;
import java.util.List;
import org.graft4j.tasks.Batch;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Data sets of ND4J as batches. */
final class DataSetBatches implements BatchSource {
  private final MultiDataSetIterator source;
  private final ImmutableList<String> features;
  private final ImmutableList<String> labels;
  private final int count;

  DataSetBatches(MultiDataSetIterator source, List<String> features, List<String> labels) {
    checkArgument(
        source.resetSupported(), "the iterator cannot be reset, but each epoch starts again");
    this.source = source;
    this.features = ImmutableList.copyOf(features);
    this.labels = ImmutableList.copyOf(labels);
    source.reset();
    this.count = Iterators.size(source);
    checkArgument(count > 0, "the iterator has no batches");
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public Iterator<Batch> epoch(long seed) {
    source.reset();
    return Iterators.transform(source, this::batch);
  }

  private Batch batch(MultiDataSet data) {
    ImmutableMap.Builder<String, INDArray> placeholders = ImmutableMap.builder();
    put(placeholders, "features", features, data.getFeatures());
    put(placeholders, "labels", labels, data.getLabels());
    INDArray first = data.getFeatures(0);
    return new Batch(placeholders.buildOrThrow(), (int) first.size(0), first.length());
  }

  private static void put(
      ImmutableMap.Builder<String, INDArray> placeholders,
      String what,
      List<String> names,
      INDArray[] arrays) {
    checkArgument(
        arrays.length == names.size(),
        "the data set must have as many %s as there are placeholders %s: %s",
        what,
        names,
        arrays.length);
    for (int i = 0; i < arrays.length; i++) {
      placeholders.put(names.get(i), arrays[i]);
    }
  }
}
