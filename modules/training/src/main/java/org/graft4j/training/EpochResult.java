/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

/**
 * What an epoch brought.
 *
 * @param epoch the epoch, from 1
 * @param steps the number of steps done since the beginning
 * @param loss the mean training loss over the epoch's examples, each before the update that it
 *     caused
 * @param validationLoss the mean loss on the validation examples; NaN without validation
 * @param accuracy the accuracy on the validation examples; NaN without validation
 * @param f1 F1 on the validation examples, of the second class if there are two, else the mean over
 *     the classes; NaN without validation
 * @param seconds time for the epoch, with validation
 * @param tokens tokens that were trained on, without padding
 */
public record EpochResult(
    int epoch,
    int steps,
    double loss,
    double validationLoss,
    double accuracy,
    double f1,
    double seconds,
    long tokens) {
  /**
   * Says whether this epoch is better than another: a lower validation loss, which is a finer
   * measure than the accuracy of a few examples. Without validation the later epoch is the better
   * one.
   */
  boolean betterThan(EpochResult other) {
    return Double.isNaN(validationLoss) || validationLoss < other.validationLoss;
  }
}
