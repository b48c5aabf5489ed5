/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.examples;

import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.graft4j.training.EpochResult;
import org.graft4j.training.TrainingListener;
import org.graft4j.training.TrainingProgress;
import org.jspecify.annotations.Nullable;

/** A progress bar for each epoch, and a line with its result. */
final class TrainingBar implements TrainingListener, AutoCloseable {
  private @Nullable ProgressBar bar;

  @Override
  public void step(TrainingProgress progress) {
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("training")
              .setInitialMax(progress.steps())
              .setStyle(ProgressBarStyle.ASCII)
              .build();
    }
    bar.setExtraMessage(String.format(Locale.ROOT, "loss %.4f", progress.loss()));
    bar.stepTo(progress.step());
  }

  @Override
  public void epoch(EpochResult result) {
    close();
    System.out.printf(
        Locale.ROOT,
        "epoch %d: loss %.4f, validation loss %.4f, accuracy %.4f%n",
        result.epoch(),
        result.loss(),
        result.validationLoss(),
        result.accuracy());
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
