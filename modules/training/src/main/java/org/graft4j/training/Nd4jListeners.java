/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Floats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.graft4j.tasks.Batch;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.Listener;
import org.nd4j.autodiff.listeners.ListenerResponse;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.listeners.records.LossCurve;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Tells listeners of SameDiff what happens, in the terms they know. */
final class Nd4jListeners {
  private final ImmutableList<Listener> listeners;
  private final SameDiff graph;
  private final String loss;
  private final List<Float> epochs = new ArrayList<>();

  Nd4jListeners(List<Listener> listeners, SameDiff graph, String loss) {
    this.listeners =
        listeners.stream()
            .filter(l -> l.isActive(Operation.TRAINING))
            .collect(ImmutableList.toImmutableList());
    this.graph = graph;
    this.loss = loss;
  }

  void started() {
    listeners.forEach(l -> l.operationStart(graph, Operation.TRAINING));
  }

  void ended() {
    listeners.forEach(l -> l.operationEnd(graph, Operation.TRAINING));
  }

  void epochStarted(int epoch, int iteration) {
    listeners.forEach(l -> l.epochStart(graph, at(epoch, iteration)));
  }

  void iterationStarted(int epoch, int iteration, Batch batch) {
    if (!listeners.isEmpty()) {
      MultiDataSet data = data(batch);
      listeners.forEach(l -> l.iterationStart(graph, at(epoch, iteration), data, 0));
    }
  }

  void iterationDone(int epoch, int iteration, Batch batch, double value) {
    if (!listeners.isEmpty()) {
      MultiDataSet data = data(batch);
      listeners.forEach(l -> l.iterationDone(graph, at(epoch, iteration), data, loss(value)));
    }
  }

  /** Returns whether a listener wants to stop. */
  boolean epochEnded(int epoch, int iteration, double value, long millis) {
    epochs.add((float) value);
    boolean stop = false;
    for (Listener listener : listeners) {
      stop |=
          listener.epochEnd(graph, at(epoch, iteration), new Curve(epochs, loss), millis)
              == ListenerResponse.STOP;
    }
    return stop;
  }

  private Loss loss(double value) {
    return new Loss(List.of(loss), new double[] {value});
  }

  private static At at(int epoch, int iteration) {
    return At.builder().epoch(epoch).iteration(iteration).operation(Operation.TRAINING).build();
  }

  /** All arrays of the batch as features, in the order of their names. */
  private static MultiDataSet data(Batch batch) {
    INDArray[] arrays =
        batch.placeholders().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(Map.Entry::getValue)
            .toArray(INDArray[]::new);
    return new MultiDataSet(arrays, new INDArray[0]);
  }

  /**
   * Mean losses of the epochs so far; the public constructor for many epochs fails with a single
   * loss.
   */
  private static final class Curve extends LossCurve {
    Curve(List<Float> epochs, String loss) {
      super(Nd4j.createFromArray(Floats.toArray(epochs)).reshape(epochs.size(), 1), List.of(loss));
    }
  }
}
