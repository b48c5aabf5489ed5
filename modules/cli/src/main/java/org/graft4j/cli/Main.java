/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The command line: a thin fourth way to use the toolkit, beside the library, the graph API and the
 * files.
 *
 * <p>Exit status: 0 the work is done, 1 the work failed, 2 the command was used wrongly. What a
 * program may want to read goes to the standard output, everything else to the standard error.
 */
@Command(
    name = "graft4j",
    mixinStandardHelpOptions = true,
    version = "graft4j 0.1.0",
    description =
        "Grafts small trainable adapters onto frozen transformers, trains and runs them, on the JVM.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      InspectCommand.class,
      RunCommand.class,
      TrainCommand.class,
      EvaluateCommand.class,
      PredictCommand.class
    },
    footerHeading = "%nA first session:%n",
    footer = {
      "  graft4j inspect model.onnx",
      "  graft4j train --model model.onnx --tokenizer tokenizer.json \\",
      "      --task text-classification --train mails.csv --method lora --out spam",
      "  graft4j evaluate --model model.onnx --tokenizer tokenizer.json \\",
      "      --adapter spam --data test.csv",
      "  graft4j predict --model model.onnx --tokenizer tokenizer.json \\",
      "      --adapter spam \"You have won a prize\"",
      "",
      "graft4j COMMAND --help explains a command. MODEL is an ONNX file (.onnx) or a SameDiff file.",
      "Exit status: 0 done, 1 the work failed, 2 wrong use."
    })
public final class Main implements Runnable {
  private static final int FAILED = 1;
  private static final int WRONG_USE = 2;

  @Option(
      names = "--stacktrace",
      description = "Show where in the program an error came up.",
      scope = ScopeType.INHERIT)
  private boolean stackTrace;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  /** Made by picocli. */
  public Main() {}

  @Override
  public void run() {
    CommandLine line = java.util.Objects.requireNonNull(spec).commandLine();
    throw new CommandLine.ParameterException(line, "a command is missing");
  }

  /**
   * Runs the command and ends the process with its exit status.
   *
   * @param args the words behind {@code graft4j}
   */
  public static void main(String[] args) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int status = run(out, err, args);
    out.flush();
    err.flush();
    System.exit(status);
  }

  /**
   * Runs the command in this process.
   *
   * @param out takes what a program may want to read
   * @param err takes messages and progress
   * @param args the words behind {@code graft4j}
   * @return the exit status
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    line.setOut(out);
    line.setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler((e, words) -> wrongUse(e));
    line.setExecutionExceptionHandler((e, at, parsed) -> failed(e, at, main.stackTrace));
    return line.execute(Arrays.copyOf(args, args.length));
  }

  private static int wrongUse(CommandLine.ParameterException e) {
    CommandLine line = e.getCommandLine();
    line.getErr().println(line.getCommandSpec().root().name() + ": " + e.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, line.getErr())) {
      line.getErr()
          .println(
              "'"
                  + line.getCommandSpec().qualifiedName()
                  + " --help' shows how it is meant to be used");
    }
    return WRONG_USE;
  }

  private static int failed(Exception e, CommandLine line, boolean stackTrace) {
    if (stackTrace) {
      e.printStackTrace(line.getErr());
    }
    line.getErr().println("graft4j: " + Errors.sentence(e));
    return e instanceof IllegalArgumentException ? WRONG_USE : FAILED;
  }
}
