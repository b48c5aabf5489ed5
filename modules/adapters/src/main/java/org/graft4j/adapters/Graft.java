/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import java.util.List;
import java.util.function.Supplier;
import org.graft4j.graph.GraphEditor;
import org.graft4j.graph.roles.Linear;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a method or a module draws with: the editor of the transaction, and the names, parameters,
 * gates and dropouts of one adapter.
 */
public interface Graft {

  /**
   * Returns the name of the adapter that is drawn.
   *
   * @return the adapter's name
   */
  String adapter();

  /**
   * Returns the graph that is drawn on.
   *
   * @return the graph
   */
  SameDiff graph();

  /**
   * Returns the layers that the adapter's targets match.
   *
   * @return the layers in the order of the graph; none for a module that is added
   */
  List<Linear> sites();

  /**
   * Returns the transaction.
   *
   * @return the editor
   */
  GraphEditor editor();

  /**
   * Returns the name of an op of this adapter.
   *
   * @param path the module path it belongs to
   * @param leaf a short word for the op, unique in the module
   * @return {@code <path>.<adapter>/<leaf>}
   */
  String op(String path, String leaf);

  /**
   * Creates a trained variable named {@code <path>.<adapter>.<suffix>}. A graph that is drawn again
   * gets the array that the parameter had before.
   *
   * @param path the module path it belongs to
   * @param suffix PEFT's suffix, such as {@code lora_A.weight}
   * @param initial makes the array the first time
   * @return the variable
   */
  SDVariable parameter(String path, String suffix, Supplier<INDArray> initial);

  /**
   * Returns the scalar {@code <path>.<adapter>.gate} that turns the adapter on and off at one layer.
   * It is made on the first call.
   *
   * @param path the module path of the layer
   * @return the constant
   */
  SDVariable gate(String path);

  /**
   * Puts dropout on a value: the identity in stock runs, real dropout in training plans of the
   * engine.
   *
   * @param path the module path it belongs to
   * @param value the value
   * @param rate the share of numbers that is dropped, in [0, 1)
   * @return the value itself if the rate is 0
   */
  SDVariable dropout(String path, SDVariable value, double rate);

  /**
   * Adds a term to the product of a layer, before its bias and after the terms of adapters that were
   * drawn earlier.
   *
   * @param site the layer
   * @param term a value shaped as {@link Linear#product()}
   */
  void addToProduct(Linear site, SDVariable term);
}
