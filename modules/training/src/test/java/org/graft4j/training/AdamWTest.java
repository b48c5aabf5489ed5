/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.Floats;
import java.util.List;
import org.assertj.core.data.Offset;
import org.graft4j.adapters.Parameter;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Constants are those of torch 2.13.0: {@code torch.optim.AdamW([p, q], lr=1e-2, betas=(0.8, 0.99),
 * eps=1e-6, weight_decay=0.1)}.
 */
final class AdamWTest {
  private final INDArray p = Nd4j.createFromArray(new float[][] {{.5f, -1.25f}, {2, 1e-3f}});
  private final INDArray q = Nd4j.createFromArray(3f);
  private final FlatParameters parameters =
      new FlatParameters(List.of(new Parameter("p", "p", p), new Parameter("q", "q", q)));

  private static final float[][] GRADIENTS = {
    {1, -2, 1e-7f, 0, .5f}, {.5f, 3, -1e-7f, 1e-3f, -.25f}, {-1, .1f, 1e-7f, 5, 0}
  };
  private static final double[][] TORCH = {
    {
      0.4895000159740448,
      -1.2387499809265137,
      1.9970909357070923,
      0.000999000039882958,
      2.986999988555908
    },
    {
      0.4798612594604492,
      -1.2405589818954468,
      1.9951947927474976,
      -0.0068280347622931,
      2.9819016456604004
    },
    {
      0.4791921079158783,
      -1.2417231798171997,
      1.9928866624832153,
      -0.013885440304875374,
      2.9773898124694824
    }
  };

  private static INDArray row(float[] values) {
    return Nd4j.createFromArray(new float[][] {values});
  }

  private float[] values() {
    return Floats.concat(p.reshape(4).toFloatVector(), q.toFloatVector());
  }

  @Test
  void followsTorch() {
    Optimizer adamW = new AdamW(parameters, (i, e) -> 1e-2, new AdamW.Constants(.8, .99, 1e-6, .1));
    for (int step = 0; step < 3; step++) {
      adamW.step(row(GRADIENTS[step]), step, 0);
      float[] values = values();
      for (int i = 0; i < values.length; i++) {
        assertThat((double) values[i]).isCloseTo(TORCH[step][i], Offset.offset(2e-7));
      }
    }
  }

  @Test
  void usesUpdatersOfNd4j() {
    Optimizer sgd = new Nd4jOptimizer(parameters, new Sgd(.5));
    sgd.step(row(GRADIENTS[0]), 0, 0);
    assertThat(values()).containsExactly(0, -.25f, 2 - 5e-8f, 1e-3f, 2.75f);
    assertThat(sgd.learningRate(0, 0)).isEqualTo(.5);
    Optimizer adam = new Nd4jOptimizer(parameters, new Adam(.1));
    adam.step(row(GRADIENTS[0]), 0, 0);
    assertThat(values()[0]).isCloseTo(-.1f, Offset.offset(1e-6f));
    assertThat(values()[3]).isEqualTo(1e-3f);
  }

  @Test
  void copiesAndRestoresWithoutTouchingTheOrderOfMemory() {
    INDArray f = Nd4j.createFromArray(new float[][] {{1, 2, 3}, {4, 5, 6}}).dup('f');
    FlatParameters flat = new FlatParameters(List.of(new Parameter("f", "f", f)));
    INDArray snapshot = flat.snapshot();
    assertThat(snapshot.toFloatMatrix()[0]).containsExactly(1, 2, 3, 4, 5, 6);
    INDArray copy = f.dup();
    f.muli(2);
    flat.write(snapshot);
    assertThat(f).isEqualTo(copy);
    flat.subtract(snapshot);
    assertThat(f.sumNumber().doubleValue()).isZero();
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertThatThrownBy(() -> Trainer.builder().betas(1, .9).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("beta1 must be in [0, 1): 1.0");
    assertThatThrownBy(() -> Trainer.builder().epochs(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("epochs must be positive: 0");
    assertThatThrownBy(() -> Trainer.builder().learningRate(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("learning rate must be positive: NaN");
    assertThatThrownBy(() -> Trainer.builder().weightDecay(-1).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("weight decay cannot be negative: -1.0");
  }
}
