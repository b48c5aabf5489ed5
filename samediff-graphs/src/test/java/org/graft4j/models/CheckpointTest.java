/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

final class CheckpointTest {
  private final INDArray array = Nd4j.zeros(DataType.FLOAT, 2);
  private final Checkpoint checkpoint = Checkpoint.of(Map.of("embed_out.weight", array));

  @Test
  void whatIsReadByAnotherNameIsRead() {
    Checkpoint named = checkpoint.withBases("model").withName("embed_out.weight", "lm_head.weight");
    assertThat(checkpoint.unread()).containsExactly("embed_out.weight");
    assertThat(named.contains("lm_head.weight")).isTrue();
    assertThat(named.take("lm_head.weight", 2)).isSameAs(array);
    assertThat(checkpoint.unread()).isEmpty();
    named.noteMade("score.weight");
    assertThat(checkpoint.made()).containsExactly("score.weight");
  }

  @Test
  void missingWeightsAndOtherShapesAreRefused() {
    assertThatThrownBy(() -> checkpoint.take("lm_head.weight", 2))
        .hasMessage("there is no weight 'lm_head.weight'");
    assertThatThrownBy(() -> checkpoint.take("embed_out.weight", 3))
        .hasMessage("weight 'embed_out.weight' must have the shape [3]: [2]");
  }
}
