/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;

/**
 * A graph as text, for people and for golden tests: equal graphs give equal text.
 *
 * <pre>
 * placeholders
 *   x FLOAT [-1, 4]
 * constants
 *   scale FLOAT [] = 0.5
 *   w FLOAT [8, 4]
 * nodes
 *   product FLOAT = matmul(x, w) transposeB
 *   y FLOAT = multiply(product, scale)
 * outputs
 *   y
 * </pre>
 */
public final class GraphPrinter {
  private final GraphView view;
  private final StringBuilder text = new StringBuilder();

  private GraphPrinter(SameDiff graph) {
    view = GraphView.of(graph);
  }

  /**
   * Returns a graph as text.
   *
   * @param graph the graph, which may be broken
   * @return one line for each value that is not computed and for each node, each ended by a line
   *     feed
   */
  public static String print(SameDiff graph) {
    return new GraphPrinter(graph).print();
  }

  private String print() {
    section("placeholders", view.placeholders().stream().map(this::value).toList());
    section("constants", view.constants().stream().map(this::value).toList());
    section("trainables", view.trainables().stream().map(this::value).toList());
    List<String> nodes = new ArrayList<>();
    for (String name : TopologicalOrder.of(view.graph()).names()) {
      nodes.add(node(name));
    }
    section("nodes", nodes);
    section("outputs", orEmpty(view.graph().outputs()));
    section("losses", view.graph().getLossVariables());
    return text.toString();
  }

  private void section(String title, List<String> lines) {
    if (!lines.isEmpty()) {
      text.append(title).append('\n');
      lines.forEach(line -> text.append("  ").append(line).append('\n'));
    }
  }

  private String value(Value value) {
    long[] shape = value.isStored() && value.variable().getArr() == null ? null : value.shape();
    OptionalDouble scalar = shape == null ? OptionalDouble.empty() : value.scalar();
    return value.name()
        + " "
        + value.dataType()
        + " "
        + (shape == null ? "?" : Arrays.toString(shape))
        + (scalar.isPresent() ? " = " + number(scalar.getAsDouble()) : "");
  }

  private String node(String name) {
    Node node = new Node(view, name);
    SameDiffOp op = node.stored();
    List<String> outputs = orEmpty(op.getOutputsOfOp());
    String results = outputs.stream().map(this::result).collect(Collectors.joining(", "));
    String inputs = String.join(", ", orEmpty(op.getInputsToOp()));
    boolean named = !outputs.isEmpty() && outputs.get(0).equals(name);
    return results
        + " = "
        + node.op()
        + "("
        + inputs
        + ")"
        + settings(node)
        + (named ? "" : " @" + name);
  }

  private String result(String name) {
    Variable variable = view.variables().get(name);
    return name + " " + (variable == null ? "?" : variable.getVariable().dataType());
  }

  private static String settings(Node node) {
    Attributes attributes = node.attributes();
    List<String> settings = new ArrayList<>();
    if (node.is("matmul")) {
      Map<String, Boolean> flags =
          Map.of(
              "transposeA", attributes.transposeA(),
              "transposeB", attributes.transposeB(),
              "transposeResult", attributes.transposeResult());
      flags.entrySet().stream()
          .filter(Map.Entry::getValue)
          .map(Map.Entry::getKey)
          .sorted()
          .forEach(settings::add);
    } else {
      if (attributes.integers().length > 0) {
        settings.add("integers=" + Arrays.toString(attributes.integers()));
      }
      if (attributes.reals().length > 0) {
        settings.add(
            "reals=" + Arrays.stream(attributes.reals()).mapToObj(GraphPrinter::number).toList());
      }
      if (attributes.flags().length > 0) {
        settings.add("flags=" + Arrays.toString(attributes.flags()));
      }
      attributes.scalar().ifPresent(scalar -> settings.add("scalar=" + number(scalar)));
      if (attributes.isLegacyReduction()) {
        settings.add("dimensions=" + Arrays.toString(attributes.dimensionsField()));
        settings.add(attributes.keepDims() ? "keepDims" : "");
      }
    }
    settings.removeIf(String::isEmpty);
    return settings.isEmpty() ? "" : " " + String.join(" ", settings);
  }

  /** Prints numbers as floats where that loses nothing of what a float graph holds. */
  private static String number(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e9
        ? Long.toString((long) number)
        : Float.toString((float) number);
  }

  private static List<String> orEmpty(@Nullable List<String> list) {
    return list == null ? List.of() : list;
  }
}
