/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.build.testing;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** A JUnit listener that fails the run when a test was skipped or aborted. */
public final class NoSkippedTests implements LauncherSessionListener, TestExecutionListener {
  private static final Queue<String> SKIPPED = new ConcurrentLinkedQueue<>();

  /** Made by the service loader. */
  public NoSkippedTests() {}

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    SKIPPED.add(test.getDisplayName());
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
      SKIPPED.add(test.getDisplayName());
    }
  }

  @Override
  public void launcherSessionClosed(LauncherSession session) {
    if (!SKIPPED.isEmpty()) {
      throw new IllegalStateException("skipped tests fail the build: " + SKIPPED);
    }
  }
}
