/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.graft4j.adapters.AdaptedGraph;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What an adapter is trained for.
 *
 * @param <E> an example with its right answer
 */
public interface Task<E> {
  /**
   * The graph with the adapter and the head.
   *
   * @return the graph
   */
  AdaptedGraph adapted();

  /**
   * The adapter that is trained for this task.
   *
   * @return its name
   */
  String adapter();

  /**
   * The value that training minimises.
   *
   * @return the name of a scalar
   */
  String loss();

  /**
   * The value that is judged.
   *
   * @return the name of the logits
   */
  String output();

  /**
   * Encodes examples.
   *
   * @param examples at least one
   * @return the encoded examples
   * @throws IllegalArgumentException if there are none, or one is not fit for the task; the message
   *     says which
   */
  EncodedExamples encode(List<E> examples);

  /**
   * Adds the judgement of a batch.
   *
   * @param evaluation where to count
   * @param batch the batch
   * @param output what the model gave for it
   * @return the sum of the losses of its examples
   */
  double judge(Evaluation evaluation, Batch batch, INDArray output);

  /**
   * Makes an empty count.
   *
   * @return the count, with the names of the classes
   */
  Evaluation evaluation();

  /**
   * Writes what has to be known beside the adapter to use it again.
   *
   * @param folder the PEFT directory
   * @throws IOException if it cannot be written
   */
  void write(Path folder) throws IOException;
}
