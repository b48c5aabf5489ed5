/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows a training to a person: a bar with loss, rate and the time left while it runs, a line for
 * each epoch.
 */
public final class ProgressBarListener implements TrainingListener, AutoCloseable {
  private static final int REDRAW_MILLIS = 500;

  private final PrintStream screen;
  private final Consumer<String> lines;
  private @Nullable ProgressBar bar;

  /**
   * Shows a training.
   *
   * @param screen where the bar is drawn, most often {@code System.err}
   * @param lines takes the line of each epoch
   */
  public ProgressBarListener(PrintStream screen, Consumer<String> lines) {
    this.screen = screen;
    this.lines = lines;
  }

  @Override
  public void step(TrainingProgress progress) {
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("epoch " + progress.epoch() + "/" + progress.epochs())
              .setInitialMax(progress.steps())
              .setUpdateIntervalMillis(REDRAW_MILLIS)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new ConsoleProgressBarConsumer(screen))
              .build();
    }
    bar.setExtraMessage(
        String.format(
            Locale.ROOT, "loss %.4f, rate %.1e", progress.loss(), progress.learningRate()));
    bar.stepTo(progress.step());
  }

  @Override
  public void epoch(EpochResult result) {
    close();
    lines.accept(line(result));
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
