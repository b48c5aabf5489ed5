/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program {@code bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures Graft4J and prints JSON.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      StepCommand.class,
      ForwardCommand.class,
      FirstStepCommand.class,
      SpamCommand.class
    })
public final class Bench {
  private Bench() {}

  /**
   * Runs a measurement and ends the process with its exit status.
   *
   * @param args the words behind {@code bench}
   */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }
}
