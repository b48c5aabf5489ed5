/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import java.io.IOException;
import java.nio.file.Path;

/**
 * An open file in the GGUF format, versions 2 and 3, as llama.cpp writes it.
 *
 * <pre>
 * file      "GGUF", version uint32, tensors uint64, entries uint64,
 *           the entries, the tensors, zeros up to the alignment, the data
 * entry     key string, type uint32, value
 * tensor    name string, rank uint32, shape uint64[rank] innermost first, type uint32, offset uint64
 * string    size uint64, that many bytes of UTF-8
 *
 * type of a value     0 uint8   1 int8   2 uint16   3 int16   4 uint32   5 int32   6 float32
 *                     7 bool    8 string 9 array   10 uint64 11 int64   12 float64
 * array               type uint32, length uint64, so many values
 * type of a tensor    0 F32     1 F16    2 Q4_0     3 Q4_1    6 Q5_0     7 Q5_1    8 Q8_0
 *                    10 Q2_K   11 Q3_K  12 Q4_K    13 Q5_K   14 Q6_K
 *                    24 I8     25 I16   26 I32     27 I64    28 F64     30 BF16
 * </pre>
 *
 * All numbers are little-endian. Offsets count from the start of the data and are multiples of the
 * alignment, which is the entry {@code general.alignment} or 32. The blocks of the quantised types
 * are described at {@link GgmlQuant}. Big-endian files, version 1, arrays of arrays and files that
 * were split into parts are refused.
 *
 * <p>Source: {@code docs/gguf.md} of ggml-org/ggml.
 */
public final class Gguf implements AutoCloseable {
  private final int version;
  private final GgufMetadata metadata;
  private final TensorFile tensors;

  Gguf(int version, GgufMetadata metadata, TensorFile tensors) {
    this.version = version;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * Opens a file and reads its header.
   *
   * @param file a {@code .gguf} file
   * @return the open file; the caller closes it
   * @throws TensorFileException if the file is broken; the message says where
   * @throws IOException if the file is missing or cannot be read
   */
  public static Gguf open(Path file) throws IOException {
    return GgufReader.open(file);
  }

  /**
   * The version of the format.
   *
   * @return 2 or 3
   */
  public int version() {
    return version;
  }

  /**
   * What the header says about the model: architecture, sizes, vocabulary.
   *
   * @return the entries by key; valid after {@link #close()}
   */
  public GgufMetadata metadata() {
    return metadata;
  }

  /**
   * The tensors, with shapes outermost first as PyTorch gives them: a linear layer's weight is
   * {@code [out, in]}. Its own metadata are the entries that are strings.
   *
   * @return the tensors, open as long as this file is
   */
  public TensorFile tensors() {
    return tensors;
  }

  @Override
  public void close() throws IOException {
    tensors.close();
  }
}
