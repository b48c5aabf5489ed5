/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Constants are those of transformers 5.23.0, 3 warm-up steps of 10. */
final class ScheduleTest {
  private static void assertFactors(Schedule schedule, double... factors) {
    for (int step = 0; step < factors.length; step++) {
      assertThat(schedule.factor(step, 3, 10)).isCloseTo(factors[step], Offset.offset(1e-12));
    }
  }

  @Test
  void followsTransformers() {
    assertFactors(Schedule.CONSTANT, 0, 1 / 3., 2 / 3., 1, 1, 1, 1, 1, 1, 1, 1);
    assertFactors(
        Schedule.LINEAR, 0, 1 / 3., 2 / 3., 1, 6 / 7., 5 / 7., 4 / 7., 3 / 7., 2 / 7., 1 / 7., 0);
    assertFactors(
        Schedule.COSINE,
        0,
        1 / 3.,
        2 / 3.,
        1,
        0.9504844339512095,
        0.8117449009293668,
        0.6112604669781572,
        0.38873953302184283,
        0.18825509907063326,
        0.04951556604879048,
        0);
  }

  @Test
  void beginsAtThePeakWithoutWarmup() {
    assertThat(Schedule.LINEAR.factor(0, 0, 4)).isEqualTo(1);
    assertThat(Schedule.LINEAR.factor(3, 0, 4)).isEqualTo(.25);
    assertThat(Trainer.builder().warmupRatio(.1).warmup(75)).isEqualTo(8);
  }
}
