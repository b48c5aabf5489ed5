/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.lower;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.ProgramBuilder;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.TensorType;
import org.graft4j.graph.Markers;
import org.graft4j.graph.Value;

/**
 * Gives the products with an adapter's gates a factor for each row: {@code x · gate} becomes {@code
 * (x · rows) · gate}, so that the gate itself stays one number.
 */
final class RowGates {
  private final Map<String, Long> lengths;
  private final ProgramBuilder builder;
  private final Map<String, Operand> inputs = new HashMap<>();

  RowGates(Map<String, Long> lengths, ProgramBuilder builder) {
    this.lengths = lengths;
    this.builder = builder;
  }

  /** The site itself, or with its other factor scaled by row when it reads such a gate. */
  Site applied(Site site) {
    List<Value> values = site.node().inputs();
    for (int i = 0; i < values.size(); i++) {
      String name = Markers.rowGateOf(values.get(i)).orElse("");
      Long rows = lengths.get(name);
      if (rows != null) {
        if (!site.node().op().equals("multiply") || values.size() != 2) {
          throw site.unsupported(
              "it reads the gate of row gate '" + name + "', which must be a factor");
        }
        return site.with(1 - i, scaled(site, 1 - i, name, rows));
      }
    }
    return site;
  }

  private Term scaled(Site site, int i, String name, long rows) {
    Operand x = site.operand(i);
    if (!builder.dependsOnInputs(x)) {
      throw site.unsupported(
          "row gate '"
              + name
              + "' would scale '"
              + site.node().input(i).name()
              + "', which all rows share");
    }
    Operand rowFactors =
        inputs.computeIfAbsent(name, key -> builder.input(key, TensorType.of(x.dataType(), rows)));
    Operand factors = site.cast(shaped(site, rowFactors, x.shape(), name), x.dataType());
    return Term.of(ProductRules.times(site, x, factors));
  }

  /**
   * One factor for each index of the first axis. A batch may have been flattened with its tokens,
   * so that the rows of a matrix come in equal numbers from each row of the batch.
   */
  private static Operand shaped(Site site, Operand factors, Shape x, String name) {
    long rows = factors.shape().length();
    long[] sizes = new long[x.rank()];
    Arrays.fill(sizes, 1);
    if (x.rank() > 0 && x.size(0) == rows) {
      sizes[0] = rows;
      return site.reshape(factors, Shape.of(sizes));
    }
    if (x.rank() == 2 && rows > 0 && x.size(0) % rows == 0) {
      Operand column = site.reshape(factors, Shape.of(rows, 1));
      Shape tokens = Shape.of(rows, x.size(0) / rows);
      return site.reshape(site.add(new Op.Broadcast(tokens), column), Shape.of(x.size(0), 1));
    }
    throw site.unsupported(
        "row gate '"
            + name
            + "' has "
            + rows
            + " rows, which are not the first axis of what it scales: "
            + x);
  }
}
