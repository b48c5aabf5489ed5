/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.graft4j.graph.GraphView;
import org.graft4j.onnx.OnnxOperators;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what is in a model. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = {
      "Says what is in a model: placeholders, outputs, layers by module path, parameters, ops.",
      "The module paths are what --targets of 'train' selects from."
    })
final class InspectCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "MODEL",
      arity = "0..1",
      description = "An .onnx file or a SameDiff file.")
  private @Nullable Path model;

  @Option(names = "--json", description = "Print one JSON object instead.")
  private boolean json;

  @Option(names = "--onnx-ops", description = "List the ONNX ops that can be imported.")
  private boolean ops;

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CommandLine line = Objects.requireNonNull(spec).commandLine();
    PrintWriter out = line.getOut();
    if (ops) {
      OnnxOperators.supported().forEach(out::println);
      return 0;
    }
    if (model == null) {
      throw new CommandLine.ParameterException(line, "MODEL is missing");
    }
    Inspection inspection = Inspection.of(model, GraphView.of(Models.load(model)));
    if (json) {
      out.println(
          new ObjectMapper()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(inspection));
    } else {
      inspection.print(out);
    }
    return 0;
  }
}
