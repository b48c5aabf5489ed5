/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import static org.graft4j.adapters.Targets.requireArgument;

import org.graft4j.graph.GraphEditor;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.graft4j.graph.roles.Linear;
import org.graft4j.graph.roles.Orientation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Puts weights with an adapter folded in where the base's are read. The base's arrays are not
 * written: the product reads a new constant, laid out as what it read before.
 */
final class Folding {

  private Folding() {}

  static void fold(GraphEditor editor, Adapter adapter, Linear site, String name) {
    Node matmul = editor.view().node(site.matmul().name());
    INDArray weight = evaluate(matmul.input(1));
    boolean inOut = (site.orientation() == Orientation.IN_OUT) != site.weight().isTransposed();
    INDArray asStored = inOut ? weight.transpose() : weight;
    DataType type = weight.dataType();
    boolean wide = type == DataType.FLOAT || type == DataType.DOUBLE;
    INDArray folded =
        adapter
            .config()
            .method()
            .fold(
                site,
                wide ? asStored : asStored.castTo(DataType.FLOAT),
                adapter.arrays(site.path()),
                adapter.gateValue(site.path()));
    requireArgument(
        isFinite(folded),
        "the weight of '%s' merged with adapter '%s' holds NaN or infinity; nothing was merged",
        site.path(),
        adapter.name());
    INDArray laidOut = (inOut ? folded.transpose() : folded).castTo(type).dup('c');
    editor.constant(name, laidOut);
    editor.replaceInput(matmul.name(), 1, name);
  }

  private static INDArray evaluate(Value value) {
    return value.isStored() ? value.array() : value.variable().eval();
  }

  private static boolean isFinite(INDArray array) {
    if (Double.isFinite(array.sumNumber().doubleValue())) {
      return true;
    }
    return !array.isNaN().any() && !array.isInfinite().any(); // the sum may overflow by itself
  }
}
