/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import java.time.Duration;

/**
 * Where training stands after a step.
 *
 * @param epoch the epoch, from 1
 * @param epochs the number of epochs that are planned
 * @param step the number of steps done, from 1
 * @param steps the number of steps that are planned
 * @param loss the mean loss of the examples of this step, before the update
 * @param learningRate the learning rate of this step; NaN if the updater has none
 * @param gradientNorm the norm of all gradients, before clipping
 * @param elapsed time since the beginning
 * @param remaining an estimate of the time left, without evaluation
 */
public record TrainingProgress(
    int epoch,
    int epochs,
    int step,
    int steps,
    double loss,
    double learningRate,
    double gradientNorm,
    Duration elapsed,
    Duration remaining) {}
