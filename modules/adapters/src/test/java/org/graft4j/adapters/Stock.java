/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.graft4j.graph.GraphEditor;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Value;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Plain SameDiff, and what tests do with its arrays. */
public final class Stock {

  private Stock() {}

  /** Returns the gradients of the graph's loss. */
  public static Map<String, INDArray> gradients(
      SameDiff graph, Map<String, INDArray> inputs, Collection<String> variables) {
    PrintStream out = System.out;
    try (PrintStream nothing =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      System.setOut(nothing); // SameDiff prints each op that it differentiates
      return graph.calculateGradients(inputs, variables);
    } finally {
      System.setOut(out);
    }
  }

  /** Puts the mean of (value - 1)² on a graph as its loss. */
  public static String squareLoss(SameDiff graph, String value) {
    try (GraphEditor editor = GraphEditor.open(graph)) {
      SDVariable of = editor.view().value(value).variable();
      SDVariable one = editor.constant("law.one", Nd4j.scalar(of.dataType(), 1));
      SDVariable distance = editor.op("law/sub", sd -> of.sub(one));
      SDVariable square = editor.op("law/square", sd -> sd.math().square(distance));
      SDVariable loss = editor.op("law/loss", sd -> square.mean());
      editor.setLosses(loss.name());
      editor.commit();
      return loss.name();
    }
  }

  /** Saves and loads a graph by SameDiff's own means. */
  public static SameDiff saveAndLoad(SameDiff graph) {
    try {
      Path file = Files.createTempFile("graft4j", ".fb");
      File asFile = file.toFile();
      asFile.deleteOnExit();
      graph.save(asFile, false);
      return SameDiff.load(asFile, false);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Fills arrays with small random numbers. */
  public static void disturb(List<Parameter> parameters, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (Parameter parameter : parameters) {
      INDArray array = parameter.array();
      for (long i = 0; i < array.length(); i++) {
        array.putScalar(i, array.getDouble(i) + 0.2 * random.nextGaussian());
      }
    }
  }

  /** Returns the bits of all stored values of a graph but those that are named. */
  public static Map<String, Integer> bits(SameDiff graph) {
    Map<String, Integer> bits = new LinkedHashMap<>();
    for (Value value : GraphView.of(graph).values()) {
      if (value.isStored() && !value.array().isEmpty()) {
        bits.put(value.name(), Arrays.hashCode(value.array().dup('c').data().asDouble()));
      }
    }
    return bits;
  }

  /** Returns whether two arrays hold the same bits. */
  public static boolean same(INDArray a, INDArray b) {
    return Arrays.equals(a.shape(), b.shape())
        && Arrays.equals(a.dup('c').data().asDouble(), b.dup('c').data().asDouble());
  }

  /** Returns max|a - b| / max|b|. */
  public static double distance(INDArray a, INDArray b) {
    double norm = b.amaxNumber().doubleValue();
    double distance = a.sub(b).amaxNumber().doubleValue();
    return norm == 0 ? distance : distance / norm;
  }
}
