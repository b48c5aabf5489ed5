/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.graft4j.adapters.AdaptedGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An adapter that was read from a directory and attached. */
public final class LoadedAdapter {

  private final AdaptedGraph adapted;
  private final String name;
  private final Map<String, INDArray> waiting;
  private final PeftMetadata metadata;
  private final List<String> warnings;

  LoadedAdapter(
      AdaptedGraph adapted,
      String name,
      Map<String, INDArray> waiting,
      PeftMetadata metadata,
      List<String> warnings) {
    this.adapted = adapted;
    this.name = name;
    this.waiting = Collections.unmodifiableMap(new TreeMap<>(waiting));
    this.metadata = metadata;
    this.warnings = List.copyOf(warnings);
  }

  /**
   * Returns the graph with the adapter on it.
   *
   * @return the adapted graph
   */
  public AdaptedGraph adapted() {
    return adapted;
  }

  /**
   * Returns the name it was attached under.
   *
   * @return the adapter's name
   */
  public String name() {
    return name;
  }

  /**
   * Returns the tensors of saved modules that the base does not have, such as the head of a task.
   * Whoever adds the module starts it from them.
   *
   * @return the arrays by PEFT's key without {@code base_model.model.}, such as {@code
   *     classifier.weight}
   */
  public Map<String, INDArray> waiting() {
    return waiting;
  }

  /**
   * Returns what the config held beside the numbers of the method.
   *
   * @return the metadata, with every key that is not known here
   */
  public PeftMetadata metadata() {
    return metadata;
  }

  /**
   * Returns what was odd about the directory; the same lines went to the log.
   *
   * @return one sentence each; empty if all was well
   */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * Writes the adapter as it is now, with the metadata it came with, and with those waiting tensors
   * that no module has taken.
   *
   * @param directory the folder to write to
   * @throws IOException if the files cannot be written
   */
  public void save(Path directory) throws IOException {
    PeftDirectory.write(adapted.adapter(name), waiting, directory, metadata);
  }
}
