/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.nd4j.evaluation.classification.Evaluation;

/**
 * How well labels were predicted; as JSON its components are the keys.
 *
 * @param examples how many examples were tried
 * @param accuracy the share that was right
 * @param labels precision, recall and F1 by label
 * @param confusion how often, by true label (rows) and predicted label (columns), in the order of
 *     the labels
 */
record Scores(int examples, double accuracy, List<OfLabel> labels, List<List<Integer>> confusion) {

  /**
   * One label.
   *
   * @param label its name
   * @param precision of those predicted as it, the share that is it
   * @param recall of those that are it, the share predicted as it
   * @param f1 the harmonic mean of both
   */
  record OfLabel(String label, double precision, double recall, double f1) {}

  static Scores of(Evaluation evaluation, List<String> names) {
    List<OfLabel> labels = new ArrayList<>();
    List<List<Integer>> confusion = new ArrayList<>();
    for (int actual = 0; actual < names.size(); actual++) {
      labels.add(
          new OfLabel(
              names.get(actual),
              evaluation.precision(actual, 0),
              evaluation.recall(actual, 0),
              evaluation.f1(actual)));
      List<Integer> row = new ArrayList<>();
      for (int predicted = 0; predicted < names.size(); predicted++) {
        row.add(evaluation.getConfusion().getCount(actual, predicted));
      }
      confusion.add(row);
    }
    return new Scores(evaluation.getNumRowCounter(), evaluation.accuracy(), labels, confusion);
  }

  void print(PrintWriter out) {
    int width = Math.max(9, labels.stream().mapToInt(l -> l.label().length()).max().orElse(0));
    out.printf(Locale.ROOT, "accuracy  %.4f  (%d examples)%n%n", accuracy, examples);
    out.printf(Locale.ROOT, "%-" + width + "s  precision  recall      f1  | predicted:", "label");
    labels.forEach(l -> out.printf(Locale.ROOT, "  %" + column(l) + "s", l.label()));
    out.println();
    for (int i = 0; i < labels.size(); i++) {
      OfLabel l = labels.get(i);
      out.printf(
          Locale.ROOT,
          "%-" + width + "s  %9.4f  %6.4f  %6.4f  |           ",
          l.label(),
          l.precision(),
          l.recall(),
          l.f1());
      for (int j = 0; j < labels.size(); j++) {
        out.printf(Locale.ROOT, "  %" + column(labels.get(j)) + "d", confusion.get(i).get(j));
      }
      out.println();
    }
  }

  private static int column(OfLabel label) {
    return Math.max(5, label.label().length());
  }
}
