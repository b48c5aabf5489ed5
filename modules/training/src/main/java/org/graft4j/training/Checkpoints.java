/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.graft4j.checkpoint.PeftDirectory;
import org.graft4j.tasks.Task;
import org.graft4j.text.TextFiles;
import org.jspecify.annotations.Nullable;

/** Keeps the last and the best adapter as PEFT directories, or nothing where no folder is given. */
final class Checkpoints {
  private final @Nullable Path folder;
  private final Task<?> task;
  private final List<TrainingListener> listeners;
  private @Nullable Path good;

  Checkpoints(@Nullable Path folder, Task<?> task, List<TrainingListener> listeners)
      throws IOException {
    this.folder = folder;
    this.task = task;
    this.listeners = listeners;
    if (folder != null) {
      probe(folder);
    }
  }

  /** Fails before the training rather than after its first epoch. */
  private static void probe(Path folder) throws IOException {
    Path probe = folder.resolve(".probe");
    TextFiles.write(probe, "");
    Files.delete(probe);
  }

  /** Saves the adapter as {@code last}. */
  @Nullable Path last() throws IOException {
    return save("last");
  }

  /** Saves the adapter as {@code best}. */
  @Nullable Path best() throws IOException {
    return save("best");
  }

  /** The last directory that was written. */
  @Nullable Path good() {
    return good;
  }

  void history(TrainingReport report) throws IOException {
    if (folder != null) {
      report.write(folder.resolve("history.json"));
    }
  }

  private @Nullable Path save(String name) throws IOException {
    if (folder == null) {
      return null;
    }
    Path target = folder.resolve(name);
    PeftDirectory.save(task.adapted(), task.adapter(), target);
    task.write(target);
    good = target;
    listeners.forEach(l -> l.saved(target));
    return target;
  }
}
