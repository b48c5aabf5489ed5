/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.graft4j.tasks.Batch;
import org.graft4j.tasks.EncodedExamples;
import org.graft4j.tasks.Task;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * A training loop with its settings. Immutable; it may be used for many trainings, also at the same
 * time on different graphs.
 *
 * <pre>{@code
 * TrainingReport report = Trainer.builder().epochs(3).learningRate(1e-3).build()
 *     .fit(task, Csv.read(train), Csv.read(validation));
 * }</pre>
 *
 * Only the arrays of the task's adapter are written, in place. After each epoch the validation
 * examples are judged; at the end the graph has the weights of the epoch with the lowest validation
 * loss, or of the last one without validation.
 */
public final class Trainer {
  private final TrainerBuilder settings;

  Trainer(TrainerBuilder builder) {
    this.settings = new TrainerBuilder(builder);
    settings.constants();
  }

  /**
   * A builder with the default settings.
   *
   * @return the builder
   */
  public static TrainerBuilder builder() {
    return new TrainerBuilder();
  }

  /**
   * Trains without validation.
   *
   * @param task what to train for
   * @param train examples
   * @param <E> an example
   * @return what happened
   * @throws IOException if a checkpoint cannot be written
   * @throws DivergedException as {@link #fit(Task, List, List)}
   */
  public <E> TrainingReport fit(Task<E> task, List<E> train) throws IOException {
    EncodedExamples examples = task.encode(train);
    return run(task, examples(examples), examples.truncated(), null);
  }

  /**
   * Trains.
   *
   * <p>When the thread is interrupted or somebody asks to stop, the adapter as it is then is saved
   * and a report says so.
   *
   * @param task what to train for
   * @param train examples
   * @param validation examples to judge each epoch with
   * @param <E> an example
   * @return what happened
   * @throws IOException if a checkpoint cannot be written
   * @throws IllegalArgumentException if an example is not fit for the task
   * @throws DivergedException if the loss or a gradient is no number; the graph then has the
   *     weights of the last good epoch
   */
  public <E> TrainingReport fit(Task<E> task, List<E> train, List<E> validation)
      throws IOException {
    EncodedExamples examples = task.encode(train);
    return run(task, examples(examples), examples.truncated(), task.encode(validation));
  }

  /**
   * Trains on arrays. Each array of a data set goes to the placeholder of the same position in the
   * lists; masks of the data set are not used, an attention mask is a feature. The iterator is gone
   * through once before training, to count its batches.
   *
   * @param task what to train for
   * @param batches data sets; it can be reset
   * @param features the placeholders of the features
   * @param labels the placeholders of the labels
   * @return what happened
   * @throws IOException if a checkpoint cannot be written
   * @throws IllegalArgumentException if the iterator cannot be reset, has nothing, or a data set
   *     has another number of arrays
   * @throws DivergedException as {@link #fit(Task, List, List)}
   */
  public TrainingReport fit(
      Task<?> task, MultiDataSetIterator batches, List<String> features, List<String> labels)
      throws IOException {
    return run(task, new DataSetBatches(batches, features, labels), 0, null);
  }

  private BatchSource examples(EncodedExamples examples) {
    return new BatchSource() {
      @Override
      public int count() {
        return examples.batchCount(settings.batchSize);
      }

      @Override
      public Iterator<Batch> epoch(long seed) {
        return examples.shuffled(settings.batchSize, seed);
      }
    };
  }

  private TrainingReport run(
      Task<?> task, BatchSource source, int truncated, @Nullable EncodedExamples validation)
      throws IOException {
    try (TrainingRun run = new TrainingRun(settings, task, source, validation)) {
      return run.run(truncated);
    }
  }
}
