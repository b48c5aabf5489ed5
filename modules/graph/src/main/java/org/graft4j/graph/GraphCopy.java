/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.ThreadSafeArrayHolder;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.autodiff.samediff.serde.FlatBuffersMapper;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Copies the structure of graphs.
 *
 * <p>{@link SameDiff#dup()} copies every array through a buffer that holds 1 GiB at most; here only
 * nodes and names are copied, however large the weights are.
 */
public final class GraphCopy {
  private GraphCopy() {}

  /**
   * Copies a graph without its arrays: constants and trainable values of the copy hold the same
   * array objects. Updaters, training configuration and listeners stay behind.
   *
   * @param graph the graph
   * @return a graph of its own, with nodes in the same order and the same names
   */
  public static SameDiff sharing(SameDiff graph) {
    SameDiff copy = SameDiff.create();
    // the default holders keep a second copy of each array for other devices
    copy.setConstantArrays(new ThreadSafeArrayHolder(false));
    copy.setVariablesArrays(new ThreadSafeArrayHolder(false));
    Map<String, Integer> numbers = new HashMap<>();
    for (Variable variable : graph.getVariables().values()) {
      numbers.put(variable.getName(), numbers.size());
      copyVariable(graph, variable, copy);
    }
    for (SameDiffOp op : graph.getOps().values()) {
      copyOp(graph, op, numbers, copy);
    }
    graph.getLossVariables().forEach(copy::addLossVariable);
    List<String> outputs = graph.outputs();
    if (outputs != null) {
      copy.setOutputs(new ArrayList<>(outputs));
    }
    return copy;
  }

  private static void copyVariable(SameDiff graph, Variable variable, SameDiff copy) {
    String name = variable.getName();
    SDVariable of = variable.getVariable();
    SDVariable sd = new SDVariable(name, of.getVariableType(), copy, of.getShape(), of.dataType());
    copy.getVariables()
        .put(
            name,
            Variable.builder()
                .name(name)
                .variable(sd)
                .inputsForOp(list(variable.getInputsForOp()))
                .controlDeps(list(variable.getControlDeps()))
                .controlDepsForOp(list(variable.getControlDepsForOp()))
                .controlDepsForVar(list(variable.getControlDepsForVar()))
                .outputOfOp(variable.getOutputOfOp())
                .build());
    if (of.isConstant()
        || of.getVariableType() == org.nd4j.autodiff.samediff.VariableType.VARIABLE) {
      INDArray array = graph.getArrForVarName(name);
      if (array != null) {
        copy.setArrayForVariable(name, array);
      }
    }
  }

  private static void copyOp(
      SameDiff graph, SameDiffOp op, Map<String, Integer> numbers, SameDiff copy) {
    DifferentialFunction function = FlatBuffersMapper.cloneViaSerialize(graph, op.getOp(), numbers);
    function.setSameDiff(copy);
    function.setOwnName(op.getName());
    copy.getOps()
        .put(
            op.getName(),
            SameDiffOp.builder()
                .name(op.getName())
                .op(function)
                .inputsToOp(list(op.getInputsToOp()))
                .outputsOfOp(list(op.getOutputsOfOp()))
                .controlDeps(list(op.getControlDeps()))
                .varControlDeps(list(op.getVarControlDeps()))
                .controlDepFor(list(op.getControlDepFor()))
                .build());
    function.configureWithSameDiff(copy);
  }

  private static @Nullable List<String> list(@Nullable List<String> names) {
    return names == null ? null : new ArrayList<>(names);
  }
}
