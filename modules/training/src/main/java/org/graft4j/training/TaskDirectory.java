/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import static com.google.common.base.Strings.lenientFormat;

import java.io.IOException;
import java.nio.file.Path;
import org.graft4j.checkpoint.LoadedAdapter;
import org.graft4j.checkpoint.PeftDirectory;
import org.graft4j.tasks.BaseHash;
import org.graft4j.tasks.TaskFile;
import org.graft4j.tasks.TextClassification;
import org.graft4j.text.Tokenizer;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A PEFT directory with a {@code task.json} beside the adapter: all that is needed, with the base
 * model, to classify.
 */
public final class TaskDirectory {
  private TaskDirectory() {}

  /**
   * Saves the adapter and head of a task. Each file appears complete or not at all, {@code
   * task.json} last.
   *
   * @param task the task
   * @param folder the target, made if it is not there
   * @param textColumn the column of the text in the training data
   * @param labelColumn the column of the label in the training data
   * @throws IOException if a file cannot be written
   */
  public static void save(
      TextClassification task, Path folder, String textColumn, String labelColumn)
      throws IOException {
    PeftDirectory.save(task.adapted(), task.adapter(), folder);
    TaskFile.of(task, textColumn, labelColumn).write(folder);
  }

  /**
   * Puts a saved adapter and its head on a base model.
   *
   * @param base the model that the adapter was trained on; it is changed
   * @param tokenizer the tokenizer of the model
   * @param adapter the name to attach under
   * @param folder the directory
   * @return the task, ready to predict, evaluate or train on
   * @throws IOException if a file is missing or broken
   * @throws IllegalArgumentException if the adapter does not fit this model, or was trained on
   *     other base weights
   */
  public static TextClassification load(
      SameDiff base, Tokenizer tokenizer, String adapter, Path folder) throws IOException {
    TaskFile file = TaskFile.read(folder);
    LoadedAdapter loaded = PeftDirectory.load(base, adapter, folder);
    String hash = BaseHash.of(loaded.adapted().graph());
    if (!file.baseHash().isEmpty() && !file.baseHash().equals(hash)) {
      throw new IllegalArgumentException(
          lenientFormat(
              "the adapter in '%s' was trained on another base model (sha256 %s); this one has %s",
              folder, file.baseHash(), hash));
    }
    return TextClassification.on(
        loaded.adapted(),
        tokenizer,
        file.labels(),
        file.options().withAdapter(adapter),
        loaded.waiting());
  }
}
