package org.graft4j.graph;

import java.io.IOException;
import java.nio.file.Path;
import org.nd4j.autodiff.samediff.SameDiff;

/** A graph in a stock SameDiff file: {@code SameDiff.save} and {@code SameDiff.load} with clear errors. */
public final class SameDiffFile {
  private SameDiffFile() {}

  /**
   * Loads a graph.
   *
   * @param file the file
   * @return the graph
   * @throws IOException if the file is missing, cut or no SameDiff file; the message says which
   */
  public static SameDiff load(Path file) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Saves a graph, without the state of its updaters. The file appears whole or not at all.
   *
   * @param graph the graph
   * @param file where to, replaced if there
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if the graph cannot be stored by SameDiff: more than 1 GiB of arrays, or BFLOAT16
   */
  public static void save(SameDiff graph, Path file) throws IOException {
    throw new UnsupportedOperationException();
  }
}
