/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.rewrite;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.graft4j.graph.GraphCheck;
import org.graft4j.graph.GraphPrinter;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Value;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Tries rules on graphs.
 *
 * <pre>{@code
 * RuleTester.of(new MulByOne()).on(graph).becomes("y FLOAT = add(x, b)");
 * RuleTester.of(new MulByOne()).on(graph).isRefusedBecause("is no constant 1");
 * }</pre>
 *
 * Each of the verdicts also runs {@link GraphCheck}, compares all outputs before and after in stock
 * SameDiff, takes the rewrite back and expects the old graph. A failure shows the graph.
 */
public final class RuleTester {
  private final Rule[] rules;

  private RuleTester(Rule[] rules) {
    this.rules = rules;
  }

  /** Tries these rules together. */
  public static RuleTester of(Rule... rules) {
    return new RuleTester(rules);
  }

  /** Tries them on this graph. */
  public Case on(SameDiff graph) {
    return new Case(graph);
  }

  /** The rules on one graph. */
  public final class Case {
    private final SameDiff graph;
    private Map<String, INDArray> inputs;
    private double tolerance = 1e-5;

    private Case(SameDiff graph) {
      this.graph = graph;
      inputs = inputs(graph);
    }

    /** Feeds these arrays instead of small made up ones. */
    public Case feeding(Map<String, INDArray> arrays) {
      inputs = arrays;
      return this;
    }

    /** Allows this difference, relative to the largest number of an output. */
    public Case within(double relative) {
      tolerance = relative;
      return this;
    }

    /**
     * Expects these nodes and no others, written as {@link GraphPrinter} prints them, in its order.
     */
    public RewriteReport becomes(String... nodes) {
      Trial trial = new Trial(graph, inputs, tolerance);
      assertThat(nodes(graph)).as("nodes of\n%s", GraphPrinter.print(graph)).containsExactly(nodes);
      return trial.takeBack();
    }

    /** Expects this shape above an output. */
    public RewriteReport becomes(String output, Pattern shape) {
      Trial trial = new Trial(graph, inputs, tolerance);
      Outcome outcome = shape.match(GraphView.of(graph).value(output));
      assertThat(outcome)
          .as("'%s' of\n%s", output, GraphPrinter.print(graph))
          .isInstanceOf(Match.class);
      return trial.takeBack();
    }

    /** Expects that nothing changes, and that some rule gives a reason with these words. */
    public RewriteReport isRefusedBecause(String words) {
      RewriteReport report = doesNotFire();
      assertThat(report.refused())
          .as("refusals on\n%s", GraphPrinter.print(graph))
          .anySatisfy(refused -> assertThat(refused.toString()).contains(words));
      return report;
    }

    /** Expects that nothing changes. */
    public RewriteReport doesNotFire() {
      Trial trial = new Trial(graph, inputs, tolerance);
      assertThat(trial.report.fired()).as("fired on\n%s", trial.dump).isEmpty();
      assertThat(GraphPrinter.print(graph)).isEqualTo(trial.dump);
      return trial.takeBack();
    }

    private final class Trial {
      private final String dump;
      private final RewriteReport report;

      Trial(SameDiff graph, Map<String, INDArray> inputs, double tolerance) {
        dump = GraphPrinter.print(graph);
        List<INDArray> before = run(graph, inputs);
        report = Rewriter.of(rules).rewrite(graph);
        assertThat(GraphCheck.problems(graph))
            .as("problems of\n%s", GraphPrinter.print(graph))
            .isEmpty();
        List<INDArray> after = run(graph, inputs);
        assertThat(after).as("outputs of\n%s", GraphPrinter.print(graph)).hasSameSizeAs(before);
        for (int i = 0; i < before.size(); i++) {
          assertThat(distance(after.get(i), before.get(i)))
              .as(
                  "relative difference of output %s of\n%s\nwhich was\n%s",
                  i, GraphPrinter.print(graph), dump)
              .isLessThanOrEqualTo(tolerance);
        }
      }

      RewriteReport takeBack() {
        report.log().undo();
        assertThat(GraphPrinter.print(graph)).as("after undo").isEqualTo(dump);
        return report;
      }
    }
  }

  private static List<String> nodes(SameDiff graph) {
    List<String> nodes = new ArrayList<>();
    boolean inside = false;
    for (String line : GraphPrinter.print(graph).lines().toList()) {
      if (!line.startsWith("  ")) {
        inside = line.equals("nodes");
      } else if (inside) {
        nodes.add(line.strip());
      }
    }
    return nodes;
  }

  private static List<INDArray> run(SameDiff graph, Map<String, INDArray> inputs) {
    List<String> names = GraphView.of(graph).outputs().stream().map(Value::name).toList();
    Map<String, INDArray> outputs = graph.output(inputs, names);
    return names.stream().map(name -> requireNonNull(outputs.get(name)).dup()).toList();
  }

  private static double distance(INDArray a, INDArray b) {
    assertThat(a.shape()).isEqualTo(b.shape());
    double scale = b.dataType().isFPType() ? b.amaxNumber().doubleValue() : 1;
    INDArray doubles = a.castTo(org.nd4j.linalg.api.buffer.DataType.DOUBLE);
    double difference = doubles.sub(b.castTo(doubles.dataType())).amaxNumber().doubleValue();
    return difference == 0 ? 0 : difference / Math.max(scale, 1e-30);
  }

  private static Map<String, INDArray> inputs(SameDiff graph) {
    Map<String, INDArray> inputs = new TreeMap<>();
    for (Value placeholder : GraphView.of(graph).placeholders()) {
      long[] shape = placeholder.shape() == null ? new long[0] : placeholder.shape();
      for (int i = 0; i < shape.length; i++) {
        shape[i] = shape[i] < 0 ? 2 : shape[i];
      }
      INDArray array = Nd4j.create(placeholder.dataType(), shape);
      for (long i = 0; i < array.length(); i++) {
        array.putScalar(i, placeholder.dataType().isFPType() ? Math.sin(1 + i * 1.3) : i % 2);
      }
      inputs.put(placeholder.name(), array);
    }
    return inputs;
  }
}
