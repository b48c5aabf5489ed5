/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.nd4j.autodiff.samediff.ArrayHolder;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.ThreadSafeArrayHolder;
import org.nd4j.graph.FlatGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A graph in a stock SameDiff file: {@code SameDiff.save} and {@code SameDiff.load} with clear
 * errors.
 */
public final class SameDiffFile {
  /*
   * The file is one flat buffer: at byte 0 the offset of the root table, little-endian; the root table lists variables with
   * their arrays and nodes. SameDiff writes no magic number, so that "is it one?" is asked by reading the root table. A load
   * of a cut file runs out of bounds somewhere; that is caught here, once.
   */
  private static final long LIMIT = 1L << 30;
  private static final long FRAME =
      512; // bytes that a value or a node takes besides its array, generously

  private SameDiffFile() {}

  /**
   * Loads a graph, without the state of updaters.
   *
   * @param file the file
   * @return the graph
   * @throws IOException if the file is missing, cut or no SameDiff file; the message says which
   */
  public static SameDiff load(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("not a SameDiff file, but a directory: '" + file + "'");
    }
    if (!Files.exists(file)) {
      throw new NoSuchFileException("no such SameDiff file: '" + file + "'");
    }
    if (Files.size(file) > Integer.MAX_VALUE - 8) {
      throw new IOException(
          "SameDiff cannot load more than 2 GiB: '"
              + file
              + "' has "
              + Files.size(file)
              + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    if (!looksLikeOne(bytes)) {
      throw new IOException("not a SameDiff file: '" + file + "'");
    }
    try {
      SameDiff graph = SameDiff.fromFlatBuffers(bytes, false);
      holdOnce(graph);
      return graph;
    } catch (RuntimeException e) {
      throw new IOException(
          "SameDiff file is cut or damaged: '"
              + file
              + "' ("
              + bytes.limit()
              + " bytes); get a whole copy",
          e);
    }
  }

  /**
   * Saves a graph, without the state of its updaters. The file appears whole or not at all.
   *
   * @param graph the graph
   * @param file where to, replaced if there
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if the graph cannot be stored by SameDiff: more than 1 GiB of
   *     arrays, or BFLOAT16
   */
  public static void save(SameDiff graph, Path file) throws IOException {
    requireStorable(graph);
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new NoSuchFileException(
          "no such folder to save '" + file.getFileName() + "' in: '" + folder + "'");
    }
    Path part = folder.resolve(file.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    try {
      graph.asFlatFile(part.toFile(), false);
      move(part, file);
    } catch (IOException e) {
      throw new IOException("cannot write '" + file + "': " + e.getMessage(), e);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void requireStorable(SameDiff graph) {
    long bytes = FRAME * (graph.getVariables().size() + graph.getOps().size());
    for (Value value : GraphView.of(graph).values()) {
      if (!value.isStored()) {
        continue;
      }
      INDArray array = value.array();
      if (array.dataType() == DataType.BFLOAT16) {
        throw new IllegalArgumentException(
            "'"
                + value
                + "' is BFLOAT16, which SameDiff's files corrupt; cast it to FLOAT before saving");
      }
      bytes += array.length() * array.dataType().width();
    }
    if (bytes > LIMIT) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "SameDiff's files hold at most 1 GiB, this graph has %.2f GiB; save the adapter alone, as a PEFT directory",
              bytes / (double) LIMIT));
    }
  }

  private static boolean looksLikeOne(ByteBuffer bytes) {
    if (bytes.limit() < 16) {
      return false;
    }
    int root = bytes.order(ByteOrder.LITTLE_ENDIAN).getInt(0);
    if (root < 4 || root > bytes.limit() - 4) {
      return false;
    }
    try {
      FlatGraph graph = FlatGraph.getRootAsFlatGraph(bytes.duplicate());
      int variables = graph.variablesLength();
      int nodes = graph.nodesLength();
      boolean plausible =
          variables > 0 && nodes >= 0 && 8L * variables + 8L * nodes < bytes.limit();
      return plausible && graph.variables(0).name() != null;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /**
   * Frees the second copy of each array that SameDiff keeps for other devices, where there are
   * none.
   */
  private static void holdOnce(SameDiff graph) {
    if (Nd4j.getAffinityManager().getNumberOfDevices() > 1) {
      return;
    }
    graph.setConstantArrays(copy(graph.getConstantArrays()));
    graph.setVariablesArrays(copy(graph.getVariablesArrays()));
  }

  private static ArrayHolder copy(ArrayHolder holder) {
    ArrayHolder copy = new ThreadSafeArrayHolder(false);
    holder.arrayNames().forEach(name -> copy.setArray(name, holder.getArray(name)));
    return copy;
  }
}
