/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import static com.google.common.base.Preconditions.checkArgument;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.graft4j.engine.Engine;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.listeners.Listener;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Settings of a {@link Trainer}. What is not set has a value that suits LoRA on a small encoder.
 */
public final class TrainerBuilder {
  int epochs = 3;
  int batchSize = 16;
  double learningRate = 1e-3;
  Schedule schedule = Schedule.LINEAR;
  @Nullable ISchedule nd4jSchedule;
  int warmupSteps;
  double warmupRatio;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weightDecay;
  double maxGradientNorm;
  int accumulation = 1;
  long seed = 42;
  int patience;
  @Nullable Path checkpoints;
  @Nullable IUpdater updater;
  @Nullable Engine engine;
  BooleanSupplier stop = () -> false;
  final List<TrainingListener> listeners = new ArrayList<>();
  final List<Listener> nd4jListeners = new ArrayList<>();

  TrainerBuilder() {}

  TrainerBuilder(TrainerBuilder other) {
    epochs = other.epochs;
    batchSize = other.batchSize;
    learningRate = other.learningRate;
    schedule = other.schedule;
    nd4jSchedule = other.nd4jSchedule;
    warmupSteps = other.warmupSteps;
    warmupRatio = other.warmupRatio;
    beta1 = other.beta1;
    beta2 = other.beta2;
    epsilon = other.epsilon;
    weightDecay = other.weightDecay;
    maxGradientNorm = other.maxGradientNorm;
    accumulation = other.accumulation;
    seed = other.seed;
    patience = other.patience;
    checkpoints = other.checkpoints;
    updater = other.updater;
    engine = other.engine;
    stop = other.stop;
    listeners.addAll(other.listeners);
    nd4jListeners.addAll(other.nd4jListeners);
  }

  AdamW.Constants constants() {
    return new AdamW.Constants(beta1, beta2, epsilon, weightDecay);
  }

  /** The number of warm-up steps of a training of so many steps. */
  int warmup(int total) {
    return warmupSteps > 0 ? warmupSteps : (int) Math.ceil(warmupRatio * total);
  }

  /**
   * Sets how often every example is seen.
   *
   * @param count at least 1; 3 unless set
   * @return this
   * @throws IllegalArgumentException if it is not positive
   */
  public TrainerBuilder epochs(int count) {
    checkArgument(count > 0, "epochs must be positive: %s", count);
    epochs = count;
    return this;
  }

  /**
   * Sets how many examples go through the graph at once.
   *
   * @param examples at least 1; 16 unless set
   * @return this
   * @throws IllegalArgumentException if it is not positive
   */
  public TrainerBuilder batchSize(int examples) {
    checkArgument(examples > 0, "batch size must be positive: %s", examples);
    batchSize = examples;
    return this;
  }

  /**
   * Sets the highest learning rate.
   *
   * @param rate more than 0; 1e-3 unless set
   * @return this
   * @throws IllegalArgumentException if it is not positive
   */
  public TrainerBuilder learningRate(double rate) {
    checkArgument(rate > 0 && rate < 1e6, "learning rate must be positive: %s", rate);
    learningRate = rate;
    return this;
  }

  /**
   * Sets how the learning rate falls.
   *
   * @param form linear unless set
   * @return this
   */
  public TrainerBuilder schedule(Schedule form) {
    schedule = form;
    nd4jSchedule = null;
    return this;
  }

  /**
   * Sets the learning rate of each step by a schedule of ND4J, instead of learning rate, form and
   * warm-up.
   *
   * @param rates gives the learning rate for an iteration and an epoch, both from 0
   * @return this
   */
  public TrainerBuilder schedule(ISchedule rates) {
    nd4jSchedule = rates;
    return this;
  }

  /**
   * Sets how many steps the learning rate takes to rise from 0.
   *
   * @param steps at least 0; 0 unless set
   * @return this
   * @throws IllegalArgumentException if it is negative
   */
  public TrainerBuilder warmupSteps(int steps) {
    checkArgument(steps >= 0, "warm-up steps cannot be negative: %s", steps);
    warmupSteps = steps;
    return this;
  }

  /**
   * Sets the share of all steps that the learning rate takes to rise from 0, where no steps are
   * given.
   *
   * @param share in [0, 1]; 0 unless set
   * @return this
   * @throws IllegalArgumentException if it is outside
   */
  public TrainerBuilder warmupRatio(double share) {
    checkArgument(share >= 0 && share <= 1, "warm-up ratio must be in [0, 1]: %s", share);
    warmupRatio = share;
    return this;
  }

  /**
   * Sets how slowly AdamW's means of gradients and squared gradients change.
   *
   * @param first in [0, 1); 0.9 unless set
   * @param second in [0, 1); 0.999 unless set
   * @return this
   */
  public TrainerBuilder betas(double first, double second) {
    beta1 = first;
    beta2 = second;
    return this;
  }

  /**
   * Sets what AdamW adds to the root of the mean squared gradient.
   *
   * @param value more than 0; 1e-8 unless set
   * @return this
   */
  public TrainerBuilder epsilon(double value) {
    epsilon = value;
    return this;
  }

  /**
   * Sets AdamW's weight decay.
   *
   * @param value at least 0; 0 unless set
   * @return this
   */
  public TrainerBuilder weightDecay(double value) {
    weightDecay = value;
    return this;
  }

  /**
   * Scales gradients down whose norm, over all parameters, is larger.
   *
   * @param norm the largest norm; 0, which is the default, for any
   * @return this
   * @throws IllegalArgumentException if it is negative
   */
  public TrainerBuilder maxGradientNorm(double norm) {
    checkArgument(norm >= 0, "maximum gradient norm cannot be negative: %s", norm);
    maxGradientNorm = norm;
    return this;
  }

  /**
   * Sets over how many batches gradients are averaged before a step.
   *
   * @param batches at least 1; 1 unless set
   * @return this
   * @throws IllegalArgumentException if it is not positive
   */
  public TrainerBuilder accumulation(int batches) {
    checkArgument(batches > 0, "accumulation must be positive: %s", batches);
    accumulation = batches;
    return this;
  }

  /**
   * Sets what decides the order of the examples and dropout.
   *
   * @param number 42 unless set
   * @return this
   */
  public TrainerBuilder seed(long number) {
    seed = number;
    return this;
  }

  /**
   * Stops when the validation has not got better for so many epochs.
   *
   * @param epochsWithoutProgress at least 1; 0, which is the default, for never
   * @return this
   * @throws IllegalArgumentException if it is negative
   */
  public TrainerBuilder patience(int epochsWithoutProgress) {
    checkArgument(
        epochsWithoutProgress >= 0, "patience cannot be negative: %s", epochsWithoutProgress);
    patience = epochsWithoutProgress;
    return this;
  }

  /**
   * Keeps the adapter after each epoch: the last in {@code last}, the best by validation in {@code
   * best}, and {@code history.json}.
   *
   * @param folder where to write; it is made
   * @return this
   */
  public TrainerBuilder checkpoints(Path folder) {
    checkpoints = folder;
    return this;
  }

  /**
   * Trains with an updater of ND4J and its own learning rate instead of AdamW.
   *
   * @param config the updater
   * @return this
   */
  public TrainerBuilder updater(IUpdater config) {
    updater = config;
    return this;
  }

  /**
   * Sets the engine that compiles the graph.
   *
   * @param value one with the default settings unless set
   * @return this
   */
  public TrainerBuilder engine(Engine value) {
    engine = value;
    return this;
  }

  /**
   * Adds somebody who watches.
   *
   * @param listener is told about steps, epochs and checkpoints
   * @return this
   */
  public TrainerBuilder listener(TrainingListener listener) {
    listeners.add(listener);
    return this;
  }

  /**
   * Adds a listener of SameDiff. It is told of iterations and epochs with the true loss, not of
   * single operations; its answer to an epoch's end may stop the training.
   *
   * @param listener the listener
   * @return this
   */
  public TrainerBuilder listener(Listener listener) {
    nd4jListeners.add(listener);
    return this;
  }

  /**
   * Asks after each batch whether to stop, as an interrupt of the thread does too.
   *
   * @param wish says true from when training is to stop
   * @return this
   */
  public TrainerBuilder stopWhen(BooleanSupplier wish) {
    stop = wish;
    return this;
  }

  /**
   * Makes the trainer.
   *
   * @return the trainer; later changes of this builder do not reach it
   * @throws IllegalArgumentException if betas, epsilon or weight decay are out of range
   */
  public Trainer build() {
    return new Trainer(this);
  }
}
