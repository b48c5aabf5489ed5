/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Value;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A fingerprint of the frozen weights of a graph: SHA-256 over name, type, shape and bytes of every
 * floating-point constant of more than one number, sorted by name. Adapters and heads bring
 * variables and single numbers only, so they do not change it.
 */
public final class BaseHash {
  private static final int CHUNK = 1 << 20;

  private BaseHash() {}

  /**
   * Computes the fingerprint.
   *
   * @param graph a graph, with or without adapters
   * @return 64 hexadecimal digits
   */
  public static String of(SameDiff graph) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    List<Value> weights =
        GraphView.of(graph).constants().stream()
            .filter(v -> v.dataType().isFPType() && v.array().length() > 1)
            .sorted(Comparator.comparing(Value::name))
            .toList();
    for (Value weight : weights) {
      INDArray array = weight.array();
      String head = weight.name() + " " + array.dataType() + Arrays.toString(array.shape()) + "\n";
      digest.update(head.getBytes(UTF_8));
      bytes(digest, array);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void bytes(MessageDigest digest, INDArray array) {
    boolean plain = array.ordering() == 'c' && !array.isView() && array.elementWiseStride() == 1;
    INDArray row = plain ? array : array.dup('c');
    long size = row.length() * row.dataType().width();
    BytePointer memory = new BytePointer(row.data().pointer());
    byte[] chunk = new byte[(int) Math.min(size, CHUNK)];
    for (long done = 0; done < size; done += CHUNK) {
      ByteBuffer part = memory.position(done).limit(Math.min(size, done + CHUNK)).asByteBuffer();
      int length = part.remaining();
      part.get(chunk, 0, length);
      digest.update(chunk, 0, length);
    }
  }
}
