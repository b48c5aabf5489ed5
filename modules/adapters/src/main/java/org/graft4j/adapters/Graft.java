/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import static org.graft4j.adapters.Targets.requireArgument;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.graft4j.graph.GraphEditor;
import org.graft4j.graph.Markers;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.graft4j.graph.roles.Linear;
import org.graft4j.graph.roles.Roles;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a method or a module draws with: the editor of the transaction, and the names, parameters,
 * gates and dropouts of one adapter.
 */
public final class Graft {

  private final SameDiff graph;
  private final GraphEditor editor;
  private final Roles roles;
  private final Adapter adapter;
  private final Collection<Adapter> others;
  private final Set<String> sums;
  private final Set<String> ops = new HashSet<>();
  private final Map<String, SDVariable> made = new HashMap<>();

  /**
   * Makes what one adapter is drawn with.
   *
   * @param others the other adapters on the graph
   * @param sums the names of all ops that add a term to a product; this adapter's are added
   */
  Graft(
      SameDiff graph,
      GraphEditor editor,
      Roles roles,
      Adapter adapter,
      Collection<Adapter> others,
      Set<String> sums) {
    this.graph = graph;
    this.editor = editor;
    this.roles = roles;
    this.adapter = adapter;
    this.others = others;
    this.sums = sums;
  }

  /**
   * Returns the name of the adapter that is drawn.
   *
   * @return the adapter's name
   */
  public String adapter() {
    return adapter.name();
  }

  /**
   * Returns the graph that is drawn on.
   *
   * @return the graph
   */
  public SameDiff graph() {
    return graph;
  }

  /**
   * Returns the layers that the adapter's targets match.
   *
   * @return the layers in the order of the graph
   */
  public List<Linear> sites() {
    return adapter.linears();
  }

  /**
   * Returns the roles in the base.
   *
   * @return the roles, as they were before the first adapter
   */
  public Roles roles() {
    return roles;
  }

  /**
   * Returns the transaction.
   *
   * @return the editor
   */
  public GraphEditor editor() {
    return editor;
  }

  /**
   * Returns the name of an op of this adapter.
   *
   * @param path the module path it belongs to
   * @param leaf a short word for the op
   * @return {@code <path>.<adapter>/<leaf>}, with a number behind it where a shared module is drawn
   *     again
   */
  public String op(String path, String leaf) {
    String name = path + "." + adapter.name() + "/" + leaf;
    String unique = name;
    for (int i = 1; !ops.add(unique); i++) {
      unique = name + "_" + i;
    }
    return unique;
  }

  /**
   * Creates a trained variable named {@code <path>.<adapter>.<suffix>}, or returns it where a
   * shared module is drawn again. A graph that is rebuilt gets the array that the parameter had
   * before.
   *
   * @param path the module path it belongs to
   * @param suffix PEFT's suffix, such as {@code lora_A.weight}
   * @param initial makes the array the first time; the array is taken over, not copied
   * @return the variable
   */
  public SDVariable parameter(String path, String suffix, Supplier<INDArray> initial) {
    Parameter parameter = adapter.declare(path, suffix, initial);
    return made.computeIfAbsent(
        parameter.variable(),
        name ->
            adapter.merged()
                ? editor.constant(name, parameter.array())
                : editor.trainable(name, parameter.array()));
  }

  /**
   * Returns the scalar {@code <path>.<adapter>.gate} that holds the adapter's scale at one layer, 0
   * while the adapter is inactive.
   *
   * @param path the module path of the layer
   * @param type the data type of what it multiplies
   * @return the constant
   */
  public SDVariable gate(String path, DataType type) {
    adapter.gates().add(path);
    return made.computeIfAbsent(
        gateName(adapter, path),
        name -> editor.constant(name, Nd4j.scalar(type, adapter.gateValue(path))));
  }

  /**
   * Puts dropout on a value: the identity in stock runs, real dropout in training plans of the
   * engine.
   *
   * @param path the module path it belongs to
   * @param value the value
   * @param rate the share of numbers that is dropped, in [0, 1)
   * @return the value itself if the rate is 0
   */
  public SDVariable dropout(String path, SDVariable value, double rate) {
    if (rate == 0) {
      return value;
    }
    SDVariable one =
        made.computeIfAbsent(
            Markers.dropout(path + "." + adapter.name(), rate),
            name -> editor.constant(name, Nd4j.scalar(value.dataType(), 1)));
    String op = op(path, "dropout");
    return editor.op(op, sd -> value.mul(one));
  }

  /**
   * Adds a term to the product of a layer, before its bias and after the terms of adapters that
   * were drawn earlier.
   *
   * @param site the layer
   * @param term a value shaped as {@link Linear#product()}
   * @throws IllegalArgumentException if nothing reads the product
   */
  public void addToProduct(Linear site, SDVariable term) {
    Value tip = editor.view().value(site.product().name());
    Optional<Node> sum = sum(tip);
    while (sum.isPresent()) {
      tip = sum.get().output();
      sum = sum(tip);
    }
    requireArgument(
        !tip.consumers().isEmpty(),
        "the product of '%s' is itself an output of the graph, which an adapter cannot change under"
            + " its name; put an identity behind '%s'",
        site.path(),
        tip.name());
    String op = op(site.path(), "add");
    sums.add(op);
    editor.insertAfter(tip.name(), y -> editor.op(op, sd -> y.add(term)));
  }

  private Optional<Node> sum(Value value) {
    return value.consumers().stream()
        .filter(n -> sums.contains(n.name()) && n.input(0).equals(value))
        .findFirst();
  }

  /**
   * Trains a copy of an array of the base: what read the array reads the copy while the adapter is
   * active.
   *
   * @param path the module path it belongs to
   * @param suffix PEFT's suffix, such as {@code bias}
   * @param base the stored value
   * @throws IllegalArgumentException if another active adapter trains a copy of it
   */
  public void train(String path, String suffix, Value base) {
    train(path, suffix, base, false);
  }

  /** Trains a copy that is kept with rows and columns swapped. */
  void train(String path, String suffix, Value base, boolean transposed) {
    Adapter.Copy first =
        adapter
            .copies()
            .computeIfAbsent(base.name(), b -> new Adapter.Copy(path + "." + suffix, transposed));
    if (!first.key().equals(path + "." + suffix)) {
      return; // an array with two names is trained under the first
    }
    INDArray array = base.array();
    Supplier<INDArray> initial = () -> transposed ? array.transpose().dup('c') : array.dup('c');
    adapter.declare(path, suffix, initial);
    if (!adapter.active() || made.containsKey(path + "." + adapter.name() + "." + suffix)) {
      return;
    }
    for (Adapter other : others) {
      requireArgument(
          !other.active() || !other.copies().containsKey(base.name()),
          "adapters '%s' and '%s' both train '%s'; only one of them can be active",
          other.name(),
          adapter.name(),
          base.name());
    }
    SDVariable copy = parameter(path, suffix, initial);
    if (transposed) {
      String op = op(path, "transpose");
      SDVariable stored = copy;
      copy = editor.op(op, sd -> sd.permute(stored, 1, 0));
    }
    editor.replaceConsumers(base.name(), copy.name(), Set.of());
  }

  static String gateName(Adapter adapter, String path) {
    return Markers.gate(path + "." + adapter.name());
  }
}
