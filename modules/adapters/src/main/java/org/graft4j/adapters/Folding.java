/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import static org.graft4j.adapters.Targets.requireArgument;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.graft4j.graph.GraphEditor;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.graft4j.graph.roles.Linear;
import org.graft4j.graph.roles.Orientation;
import org.nd4j.autodiff.samediff.ArrayHolder;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Puts weights with an adapter folded in where a base's weights are read; arrays are replaced,
 * never written.
 */
final class Folding {

  private Folding() {}

  /** Lets the layers of an adapter read new constants; the base's stay, and may be read again. */
  static void intoConstants(GraphEditor editor, Graft names, Adapter adapter) {
    for (Linear site : adapter.linears()) {
      intoConstant(editor, names.op(site.path(), "weight"), adapter, site);
    }
  }

  /**
   * Puts new arrays under the names of the base's in a graph that shares its arrays with another;
   * an array that others read too stays, and the layer reads a new constant.
   */
  static void intoCopy(SameDiff graph, Graft names, Adapter adapter) {
    adapter
        .copies()
        .forEach(
            (base, copy) -> {
              INDArray array = adapter.parameter(copy.key()).array();
              replace(graph, base, copy.transposed() ? array.transpose().dup('c') : array);
            });
    for (String path : adapter.sites()) {
      List<Linear> sites = adapter.linears().stream().filter(s -> s.path().equals(path)).toList();
      Linear site = sites.get(0);
      Value base = GraphView.of(graph).value(site.weight().base().name());
      Set<String> own = sites.stream().map(s -> s.matmul().name()).collect(Collectors.toSet());
      if (site.weight().isPlain()
          && base.consumers().stream().allMatch(c -> own.contains(c.name()))) {
        replace(graph, base.name(), folded(adapter, site, base));
      } else {
        for (Linear each : sites) {
          intoConstant(names.editor(), names.op(path, "weight"), adapter, each);
        }
      }
    }
  }

  private static void intoConstant(GraphEditor editor, String name, Adapter adapter, Linear site) {
    Node matmul = editor.view().node(site.matmul().name());
    editor.constant(name, folded(adapter, site, matmul.input(1)));
    editor.replaceInput(matmul.name(), 1, name);
  }

  /** Returns a weight with the adapter folded in, laid out as the product reads it. */
  private static INDArray folded(Adapter adapter, Linear site, Value read) {
    INDArray weight = read.isStored() ? read.array() : read.variable().eval();
    boolean inOut = (site.orientation() == Orientation.IN_OUT) != site.weight().isTransposed();
    DataType type = weight.dataType();
    INDArray wide = type == DataType.DOUBLE ? weight : weight.castTo(DataType.FLOAT);
    INDArray folded =
        adapter
            .config()
            .method()
            .fold(
                site,
                inOut ? wide.transpose() : wide,
                adapter.arrays(site.path()),
                adapter.gateValue(site.path()));
    requireArgument(
        isFinite(folded),
        "the weight of '%s' merged with adapter '%s' holds NaN or infinity; nothing was merged",
        site.path(),
        adapter.name());
    return (inOut ? folded.transpose() : folded).castTo(type).dup('c');
  }

  /**
   * Replaces an array by another object; SameDiff's own setters would write into the shared one.
   */
  private static void replace(SameDiff graph, String name, INDArray array) {
    ArrayHolder arrays =
        graph.getVariable(name).isConstant()
            ? graph.getConstantArrays()
            : graph.getVariablesArrays();
    arrays.removeArray(name);
    arrays.setArray(name, array);
  }

  private static boolean isFinite(INDArray array) {
    if (Double.isFinite(array.sumNumber().doubleValue())) {
      return true;
    }
    return !array.isNaN().any() && !array.isInfinite().any(); // the sum may overflow by itself
  }
}
