/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.graft4j.engine.CompiledGraph;
import org.graft4j.engine.Engine;
import org.graft4j.engine.Plan;
import org.graft4j.tasks.Batch;
import org.graft4j.tasks.EncodedExamples;
import org.graft4j.tasks.Task;
import org.jspecify.annotations.Nullable;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.schedule.ISchedule;

/** One training, from the first batch to the report. */
final class TrainingRun implements AutoCloseable {
  private final TrainerBuilder settings;
  private final Task<?> task;
  private final BatchSource source;
  private final @Nullable EncodedExamples validation;
  private final FlatParameters parameters;
  private final Optimizer optimizer;
  private final INDArray gradients;
  private final CompiledGraph training;
  private final CompiledGraph inference;
  private final Checkpoints checkpoints;
  private final Nd4jListeners nd4jListeners;
  private final int plannedSteps;
  private final long started = System.nanoTime();
  private final List<EpochResult> epochs = new ArrayList<>();
  private final List<Double> losses = new ArrayList<>();
  private @Nullable EpochResult best;
  private INDArray bestWeights;
  private INDArray goodWeights;
  private @Nullable Path saved;
  private @Nullable Path bestSaved;
  private boolean interrupted;

  TrainingRun(
      TrainerBuilder settings,
      Task<?> task,
      BatchSource source,
      @Nullable EncodedExamples validation)
      throws IOException {
    this.settings = settings;
    this.task = task;
    this.source = source;
    this.validation = validation;
    checkArgument(
        task.adapted().active().contains(task.adapter()),
        "adapter '%s' is not active; enable it before training",
        task.adapter());
    parameters = new FlatParameters(task.adapted().adapter(task.adapter()).parameters());
    checkpoints = new Checkpoints(settings.checkpoints, task, settings.listeners);
    plannedSteps =
        settings.epochs * ((source.count() + settings.accumulation - 1) / settings.accumulation);
    optimizer =
        settings.updater == null
            ? new AdamW(parameters, rate(), settings.constants())
            : new Nd4jOptimizer(parameters, settings.updater);
    gradients = parameters.row();
    goodWeights = parameters.snapshot();
    bestWeights = goodWeights;
    nd4jListeners = new Nd4jListeners(settings.nd4jListeners, task.adapted().graph(), task.loss());
    Engine engine = settings.engine == null ? Engine.create() : settings.engine;
    training =
        engine.compileTraining(
            task.adapted().graph(), task.loss(), parameters.variables(), List.of());
    inference = engine.compile(task.adapted().graph(), List.of(task.output()));
  }

  private AdamW.Rate rate() {
    ISchedule schedule = settings.nd4jSchedule;
    if (schedule != null) {
      return schedule::valueAt;
    }
    int warmup = settings.warmup(plannedSteps);
    return (iteration, epoch) ->
        settings.learningRate * settings.schedule.factor(iteration, warmup, plannedSteps);
  }

  TrainingReport run(int truncated) throws IOException {
    TrainingReport.End end = TrainingReport.End.FINISHED;
    nd4jListeners.started();
    try {
      for (int epoch = 1; epoch <= settings.epochs; epoch++) {
        long start = System.nanoTime();
        nd4jListeners.epochStarted(epoch - 1, losses.size());
        EpochLoss loss = epoch(epoch);
        if (loss.stopped) {
          end = TrainingReport.End.INTERRUPTED;
          break;
        }
        EpochResult result = judge(epoch, loss, start);
        boolean stop = finish(result);
        checkpoints.history(report(end, truncated));
        if (stop) {
          end = TrainingReport.End.NO_PROGRESS;
          break;
        }
      }
      if (end == TrainingReport.End.INTERRUPTED) {
        saved = checkpoints.last();
      } else if (validation != null) {
        parameters.write(bestWeights);
        saved = bestSaved;
      }
      TrainingReport report = report(end, truncated);
      checkpoints.history(report);
      return report;
    } finally {
      nd4jListeners.ended();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Sums of an epoch, and whether it was left early. */
  private record EpochLoss(double sum, long examples, long tokens, boolean stopped) {
    double mean() {
      return sum / examples;
    }
  }

  private EpochLoss epoch(int epoch) {
    double sum = 0;
    long examples = 0;
    long tokens = 0;
    Iterator<Batch> batches = source.epoch(settings.seed * 1_000_003 + epoch);
    while (batches.hasNext()) {
      double stepLoss = 0;
      int stepExamples = 0;
      int parts = 0;
      Batch batch = batches.next();
      nd4jListeners.iterationStarted(epoch - 1, losses.size(), batch);
      for (boolean more = true; more; batch = more ? batches.next() : batch) {
        if (stopWanted()) {
          return new EpochLoss(sum, examples, tokens, true);
        }
        double loss = gradients(batch, epoch, parts++);
        stepLoss += loss * batch.size();
        stepExamples += batch.size();
        tokens += batch.tokens();
        more = parts < settings.accumulation && batches.hasNext();
      }
      step(epoch, stepLoss / stepExamples, parts);
      nd4jListeners.iterationDone(epoch - 1, losses.size() - 1, batch, stepLoss / stepExamples);
      sum += stepLoss;
      examples += stepExamples;
    }
    return new EpochLoss(sum, examples, tokens, false);
  }

  /** Adds the gradients of a batch and returns its loss. */
  private double gradients(Batch batch, int epoch, int part) {
    Map<String, INDArray> inputs = batch.inputs(training.placeholders());
    try (Plan plan = training.planFor(inputs)) {
      plan.run(inputs, settings.seed * 1_000_003 + losses.size() * 31L + part);
      double loss = plan.loss();
      if (!Double.isFinite(loss)) {
        throw diverged("the loss", loss, epoch);
      }
      if (part == 0) {
        parameters.read(gradients, p -> plan.gradient(p.variable()));
      } else {
        parameters.add(gradients, p -> plan.gradient(p.variable()));
      }
      return loss;
    }
  }

  private void step(int epoch, double loss, int parts) {
    if (parts > 1) {
      gradients.divi(parts);
    }
    double norm = gradients.norm2Number().doubleValue();
    if (!Double.isFinite(norm)) {
      throw diverged("the norm of the gradients", norm, epoch);
    }
    if (settings.maxGradientNorm > 0 && norm > settings.maxGradientNorm) {
      gradients.muli(settings.maxGradientNorm / (norm + 1e-6));
    }
    int iteration = losses.size();
    double rate = optimizer.learningRate(iteration, epoch - 1);
    optimizer.step(gradients, iteration, epoch - 1);
    losses.add(loss);
    Duration elapsed = Duration.ofNanos(System.nanoTime() - started);
    TrainingProgress progress =
        new TrainingProgress(
            epoch,
            settings.epochs,
            losses.size(),
            plannedSteps,
            loss,
            rate,
            norm,
            elapsed,
            elapsed.multipliedBy(plannedSteps - losses.size()).dividedBy(losses.size()));
    settings.listeners.forEach(l -> l.step(progress));
  }

  private DivergedException diverged(String what, double value, int epoch) {
    parameters.write(goodWeights);
    Path good = checkpoints.good();
    int step = losses.size() + 1;
    return new DivergedException(
        what
            + " is "
            + value
            + " at step "
            + step
            + " (epoch "
            + epoch
            + "); "
            + (good == null
                ? "no checkpoint was kept"
                : "the last good checkpoint is in '" + good + "'")
            + "; try a lower learning rate",
        step);
  }

  private boolean stopWanted() {
    interrupted |= Thread.interrupted();
    return interrupted || settings.stop.getAsBoolean();
  }

  private EpochResult judge(int epoch, EpochLoss loss, long start) {
    double validationLoss = Double.NaN;
    double accuracy = Double.NaN;
    double f1 = Double.NaN;
    EncodedExamples examples = validation;
    if (examples != null) {
      Evaluation evaluation = task.evaluation();
      double sum = 0;
      Iterator<Batch> batches = examples.batches(settings.batchSize);
      while (batches.hasNext()) {
        Batch batch = batches.next();
        Map<String, INDArray> inputs = batch.inputs(inference.placeholders());
        try (Plan plan = inference.planFor(inputs)) {
          plan.run(inputs);
          sum += task.judge(evaluation, batch, plan.output(task.output()));
        }
      }
      validationLoss = sum / examples.size();
      accuracy = evaluation.accuracy();
      f1 = evaluation.f1();
    }
    return new EpochResult(
        epoch,
        losses.size(),
        loss.mean(),
        validationLoss,
        accuracy,
        f1,
        (System.nanoTime() - start) / 1e9,
        loss.tokens());
  }

  /** Keeps what an epoch brought; returns whether to stop. */
  private boolean finish(EpochResult result) throws IOException {
    epochs.add(result);
    goodWeights = parameters.snapshot();
    saved = checkpoints.last();
    if (best == null || result.betterThan(best)) {
      best = result;
      bestWeights = goodWeights;
      if (validation != null) {
        bestSaved = checkpoints.best();
      }
    }
    settings.listeners.forEach(l -> l.epoch(result));
    boolean stop =
        nd4jListeners.epochEnded(
            result.epoch() - 1, losses.size(), result.loss(), (long) (result.seconds() * 1000));
    return stop || (settings.patience > 0 && result.epoch() - best.epoch() >= settings.patience);
  }

  private TrainingReport report(TrainingReport.End end, int truncated) {
    return new TrainingReport(
        end,
        epochs,
        losses,
        plannedSteps,
        best == null ? 0 : best.epoch(),
        saved,
        parameters.length(),
        truncated,
        Duration.ofNanos(System.nanoTime() - started));
  }

  @Override
  public void close() {
    training.close();
    inference.close();
  }
}
