/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.graft4j.training.EpochResult;
import org.graft4j.training.TrainingListener;
import org.graft4j.training.TrainingProgress;
import org.jspecify.annotations.Nullable;

/** Shows how a training goes: a bar while it runs, a line for each epoch. */
final class ProgressPrinter implements TrainingListener, AutoCloseable {
  private static final int REDRAW_MILLIS = 500;

  private final PrintWriter err;
  private @Nullable ProgressBar bar;

  ProgressPrinter(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void step(TrainingProgress progress) {
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("training")
              .setInitialMax(progress.steps())
              .setUpdateIntervalMillis(REDRAW_MILLIS)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .build();
    }
    bar.setExtraMessage(
        String.format(
            Locale.ROOT,
            "epoch %d/%d, loss %.4f, rate %.2e",
            progress.epoch(),
            progress.epochs(),
            progress.loss(),
            progress.learningRate()));
    bar.stepTo(progress.step());
  }

  @Override
  public void epoch(EpochResult result) {
    close();
    err.println(line(result));
  }

  private static String line(EpochResult result) {
    String trained =
        String.format(Locale.ROOT, "epoch %d: loss %.4f", result.epoch(), result.loss());
    return Double.isNaN(result.accuracy())
        ? trained
        : trained
            + String.format(
                Locale.ROOT,
                ", validation loss %.4f, accuracy %.4f, F1 %.4f",
                result.validationLoss(),
                result.accuracy(),
                result.f1());
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
