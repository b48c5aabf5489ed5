/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

final class GraphPrinterTest {
  @Test
  void printsANetwork() {
    SameDiff sd = Graphs.network();
    sd.setOutputs("logits");
    assertThat(GraphPrinter.print(sd))
        .isEqualTo(
            """
            placeholders
              x FLOAT [-1, 3]
              y FLOAT [-1, 2]
            constants
              b1 FLOAT [4]
              w1 FLOAT [3, 4]
            trainables
              w2 FLOAT [4, 2]
            nodes
              product FLOAT = matmul(x, w1) @matmul
              biased FLOAT = add(product, b1) @add
              hidden FLOAT = tanh(biased) @tanh
              logits FLOAT = matmul(hidden, w2) @matmul_1
              error FLOAT = squaredsubtract(logits, y) @squaredsubtract
              loss FLOAT = reduce_mean(error) dimensions=[] @reduce_mean
            outputs
              logits
            losses
              loss
            """);
  }

  @Test
  void printsSettings() {
    SameDiff sd = SameDiff.create();
    SDVariable x = sd.placeHolder("x", DataType.FLOAT, -1, 4);
    SDVariable epsilon = sd.constant("epsilon", Nd4j.scalar(1e-5f));
    sd.constant("count", Nd4j.scalar(3L));
    sd.mmul("product", x, x, false, true, false);
    x.mean("mean", true, -1);
    x.mul("scaled", 0.1);
    sd.math().clipByValue("clipped", x.add("shifted", epsilon), -1, 1);
    sd.split(x, 2, 1);
    assertThat(GraphPrinter.print(sd))
        .isEqualTo(
            """
            placeholders
              x FLOAT [-1, 4]
            constants
              count LONG [] = 3
              epsilon FLOAT [] = 1.0E-5
            nodes
              product FLOAT = matmul(x, x) transposeB @matmul
              mean FLOAT = reduce_mean(x) dimensions=[-1] keepDims @reduce_mean
              scaled FLOAT = mul_scalar(x) scalar=0.1 @mul_scalar
              shifted FLOAT = add(x, epsilon) @add
              clipped FLOAT = ClipByValue(shifted) reals=[-1, 1] @ClipByValue
              split FLOAT, split:1 FLOAT = split(x) integers=[2, 1]
            """);
  }

  @Test
  void printsBrokenGraphs() {
    SameDiff sd = Graphs.network();
    sd.getVariables().remove("product");
    sd.getConstantArrays().removeArray("w1");
    assertThat(GraphPrinter.print(sd)).contains("product ? = matmul(x, w1)", "w1 FLOAT ?");
  }
}
