/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.Map;
import org.graft4j.graph.GraphView;
import org.nd4j.autodiff.samediff.NameScope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A graph under construction: {@code x} is {@code [batch, length, 4]}, {@code rows} is {@code [n,
 * 4]}.
 */
@SuppressWarnings("try") // a name scope acts by being open
final class Spelling {
  /** Writes something that reads {@code x}. */
  interface Writer {
    SDVariable write(Spelling s, SDVariable x);
  }

  final SameDiff sd = SameDiff.create();
  final SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, -1, 4);
  final SDVariable rows = sd.placeHolder("rows", DataType.FLOAT, -1, 4);
  private final SDVariable shape = sd.shape("shape", x);

  SDVariable constant(String name, long... dimensions) {
    return sd.constant(name, array(dimensions));
  }

  SDVariable number(double number) {
    return sd.constant(
        sd.generateDistinctCustomVariableName("number"), Nd4j.scalar((float) number));
  }

  static INDArray array(long... dimensions) {
    INDArray array = Nd4j.create(DataType.FLOAT, dimensions);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, (float) Math.cos(1.3 * i));
    }
    return array;
  }

  SDVariable in(String scope, Writer writer, SDVariable input) {
    try (NameScope ignored = sd.withNameScope(scope)) {
      return writer.write(this, input);
    }
  }

  /** Returns {@code [batch, length, features]} with the batch and length of x. */
  SDVariable shape(long features) {
    SDVariable leading = sd.stridedSlice(shape, new long[] {0}, new long[] {2}, new long[] {1});
    SDVariable last =
        sd.constant(
            sd.generateDistinctCustomVariableName("features"), Nd4j.createFromArray(features));
    return sd.concat(0, leading, last);
  }

  Roles roles() {
    return roles(Map.of());
  }

  Roles roles(Map<String, String> paths) {
    return Roles.of(GraphView.of(sd), paths);
  }
}
