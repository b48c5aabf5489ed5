/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.graft4j.text.TextFiles;
import org.jspecify.annotations.Nullable;

/**
 * What a training did.
 *
 * @param end why it ended
 * @param epochs the epochs that were finished
 * @param losses the loss of each step, before its update
 * @param plannedSteps the number of steps that were planned
 * @param bestEpoch the epoch whose weights the graph has now, from 1; 0 if none was finished
 * @param checkpoint where the adapter lies that the graph has now; null if none was saved
 * @param trainable the number of trained numbers
 * @param truncated the number of training examples that were longer than the limit and were cut
 * @param duration time for everything
 */
public record TrainingReport(
    End end,
    List<EpochResult> epochs,
    List<Double> losses,
    int plannedSteps,
    int bestEpoch,
    @Nullable Path checkpoint,
    long trainable,
    int truncated,
    Duration duration) {
  private static final ObjectMapper JSON = new ObjectMapper(new JsonFactory());

  /** Why a training ended. */
  public enum End {
    /** All epochs were done. */
    FINISHED,
    /** The validation did not get better for too long. */
    NO_PROGRESS,
    /** Somebody asked to stop. */
    INTERRUPTED
  }

  /**
   * Copies the lists.
   *
   * @param end why it ended
   * @param epochs the epochs that were finished
   * @param losses the loss of each step, before its update
   * @param plannedSteps the number of steps that were planned
   * @param bestEpoch the epoch whose weights the graph has now, from 1; 0 if none was finished
   * @param checkpoint where the adapter lies that the graph has now; null if none was saved
   * @param trainable the number of trained numbers
   * @param truncated the number of training examples that were longer than the limit and were cut
   * @param duration time for everything
   */
  public TrainingReport {
    epochs = ImmutableList.copyOf(epochs);
    losses = ImmutableList.copyOf(losses);
  }

  /**
   * The epoch whose weights the graph has now.
   *
   * @return its result, or nothing if no epoch was finished
   */
  public Optional<EpochResult> best() {
    return epochs.stream().filter(e -> e.epoch() == bestEpoch).findFirst();
  }

  /**
   * Writes everything as JSON; the file appears complete or not at all.
   *
   * @param file the target
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("end", end.name().toLowerCase(Locale.ROOT));
    json.put("best_epoch", bestEpoch);
    json.put("steps", losses.size());
    json.put("planned_steps", plannedSteps);
    json.put("trainable", trainable);
    json.put("truncated", truncated);
    json.put("seconds", duration.toMillis() / 1000.0);
    ArrayNode rows = json.putArray("epochs");
    for (EpochResult epoch : epochs) {
      ObjectNode row = rows.addObject();
      row.put("epoch", epoch.epoch());
      row.put("steps", epoch.steps());
      number(row, "loss", epoch.loss());
      number(row, "validation_loss", epoch.validationLoss());
      number(row, "accuracy", epoch.accuracy());
      number(row, "f1", epoch.f1());
      number(row, "seconds", epoch.seconds());
      row.put("tokens", epoch.tokens());
    }
    ArrayNode steps = json.putArray("losses");
    losses.forEach(steps::add);
    TextFiles.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
  }

  private static void number(ObjectNode row, String key, double value) {
    if (Double.isNaN(value)) {
      row.putNull(key);
    } else {
      row.put(key, value);
    }
  }
}
