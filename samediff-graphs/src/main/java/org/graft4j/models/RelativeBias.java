/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What an attention adds to its scores for the distance of two tokens: near distances have a bucket
 * each, farther ones share buckets that grow with the logarithm.
 *
 * <p>Raffel and others, T5, arXiv:1910.10683, section 2.1.
 *
 * @param buckets the number of buckets
 * @param reach the distance from which all are in the last bucket
 * @param bothWays whether tokens behind are told from those before; if not, none are behind
 */
public record RelativeBias(int buckets, int reach, boolean bothWays) {

  /**
   * Writes the addition, learned for each bucket and head.
   *
   * @param path the module path of the table, {@code [buckets, heads]}
   * @param side the sequence
   * @param heads the number of heads
   * @param mask what is added too
   * @return what is added to the scores, {@code [batch, heads, length, keys]}
   */
  public SDVariable write(String path, Sequence side, int heads, SDVariable mask) {
    Blocks blocks = side.blocks();
    SameDiff graph = blocks.graph();
    SDVariable distances = side.tokens().distances();
    SDVariable least = graph.constant(path + "/least", Nd4j.scalar((long) -reach));
    SDVariable most = graph.constant(path + "/most", Nd4j.scalar((long) reach));
    SDVariable table = graph.constant(path + "/buckets", Nd4j.createFromArray(table()));
    SDVariable rows = blocks.embedding(path, table, buckets, heads);
    return blocks.named(
        path,
        () -> {
          SDVariable near = graph.math().min(graph.math().max(distances, least), most);
          return mask.add(graph.permute(graph.gather(rows, near.add(most), 0), 2, 0, 1));
        });
  }

  /** The buckets of the distances from −reach to reach; in floats, as those of transformers. */
  long[] table() {
    long[] table = new long[2 * reach + 1];
    for (int i = 0; i < table.length; i++) {
      int distance = i - reach;
      if (bothWays) {
        table[i] = (distance > 0 ? buckets / 2 : 0) + bucket(Math.abs(distance), buckets / 2);
      } else {
        table[i] = bucket(Math.max(-distance, 0), buckets);
      }
    }
    return table;
  }

  private long bucket(int distance, int count) {
    int exact = count / 2;
    if (distance < exact) {
      return distance;
    }
    float share =
        (float) Math.log((float) distance / exact) / (float) Math.log((double) reach / exact);
    return Math.min(exact + (long) (share * (count - exact)), count - 1);
  }
}
