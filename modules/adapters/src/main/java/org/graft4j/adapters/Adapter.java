/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.graft4j.graph.roles.Linear;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One named adapter on a graph. {@link AdaptedGraph} changes its state. */
public final class Adapter {

  private final String name;
  private final AdapterConfig config;
  private final List<Linear> linears;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Copy> copies = new LinkedHashMap<>();
  private final Map<String, AdaptedModule> added = new LinkedHashMap<>();
  private final Set<String> savedModules = new LinkedHashSet<>();
  private final Set<String> gates = new LinkedHashSet<>();
  private State state = new State(false, false, 1);

  /** What switching changes. */
  record State(boolean active, boolean merged, double factor) {
    State withActive(boolean value) {
      return new State(value, merged, factor);
    }

    State withMerged(boolean value) {
      return new State(active, value, factor);
    }

    State withFactor(double value) {
      return new State(active, merged, value);
    }
  }

  /**
   * An array of the base that is trained as a copy, and whether the copy lies the other way round.
   */
  record Copy(String key, boolean transposed) {}

  Adapter(String name, AdapterConfig config, List<Linear> linears) {
    this.name = name;
    this.config = config;
    this.linears = linears;
  }

  /**
   * Returns the name it was attached under.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Returns what it was attached with.
   *
   * @return the configuration
   */
  public AdapterConfig config() {
    return config;
  }

  /**
   * Returns the module paths of the layers it adapts.
   *
   * @return the paths in the order of the graph
   */
  public List<String> sites() {
    return linears.stream().map(Linear::path).distinct().toList();
  }

  /**
   * Returns its arrays: those of the method first, then trained copies, then those of modules that
   * were added.
   *
   * @return the parameters in a stable order
   */
  public List<Parameter> parameters() {
    return ImmutableList.copyOf(parameters.values());
  }

  /**
   * Returns one of its arrays.
   *
   * @param key where PEFT keeps it
   * @return the parameter
   * @throws IllegalArgumentException if the adapter has no such parameter
   */
  public Parameter parameter(String key) {
    Parameter parameter = parameters.get(key);
    if (parameter == null) {
      throw new IllegalArgumentException(
          "adapter '"
              + name
              + "' has no parameter '"
              + key
              + "'; it has: "
              + Selection.candidates(key, ImmutableList.copyOf(parameters.keySet())));
    }
    return parameter;
  }

  /**
   * Returns the modules that are saved whole with the adapter: those of the base that are trained
   * as copies, and those that were added.
   *
   * @return the module paths
   */
  public List<String> modules() {
    List<String> modules = new ArrayList<>(savedModules);
    modules.addAll(added.keySet());
    return modules;
  }

  /**
   * Returns the number that multiplies the adapter's own scale.
   *
   * @return 1 unless {@link AdaptedGraph#scale(String, double)} said otherwise
   */
  public double scale() {
    return state.factor();
  }

  /**
   * Returns whether the adapter contributes to the outputs.
   *
   * @return whether it is active
   */
  public boolean active() {
    return state.active();
  }

  /**
   * Returns whether the adapter is folded into the weights.
   *
   * @return whether it is merged
   */
  public boolean merged() {
    return state.merged();
  }

  @Override
  public String toString() {
    return name + " (" + config.peftType() + (active() ? ")" : ", inactive)");
  }

  State state() {
    return state;
  }

  void state(State value) {
    state = value;
  }

  List<Linear> linears() {
    return linears;
  }

  /** Returns this adapter as it is merged into a graph of the same names; arrays are shared. */
  Adapter mergedTwin() {
    Adapter twin = new Adapter(name, config, linears);
    twin.parameters.putAll(parameters);
    twin.copies.putAll(copies);
    twin.added.putAll(added);
    twin.state = state.withMerged(true);
    return twin;
  }

  /** Trained copies by the name of the base's array. */
  Map<String, Copy> copies() {
    return copies;
  }

  Map<String, AdaptedModule> added() {
    return added;
  }

  Set<String> savedModules() {
    return savedModules;
  }

  /** Module paths of the layers that have a gate. */
  Set<String> gates() {
    return gates;
  }

  /** Returns the number that a gate holds now. */
  double gateValue(String path) {
    return active() ? config.method().scale(path) * scale() : 0;
  }

  Parameter declare(String path, String suffix, Supplier<INDArray> initial) {
    return parameters.computeIfAbsent(
        path + "." + suffix,
        key -> {
          INDArray array = initial.get();
          return new Parameter(
              key, path + "." + name + "." + suffix, array.isView() ? array.dup('c') : array);
        });
  }

  /** Returns the arrays of one module by suffix. */
  Map<String, INDArray> arrays(String path) {
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    parameters.forEach(
        (key, parameter) -> {
          if (key.startsWith(path + ".")) {
            arrays.put(key.substring(path.length() + 1), parameter.array());
          }
        });
    return arrays;
  }

  /** Takes over arrays that somebody else put in the place of ours. */
  void capture(SameDiff graph) {
    parameters.replaceAll(
        (key, parameter) -> {
          INDArray array =
              graph.hasVariable(parameter.variable())
                  ? graph.getArrForVarName(parameter.variable())
                  : parameter.array();
          return array == parameter.array()
              ? parameter
              : new Parameter(key, parameter.variable(), array);
        });
  }
}
