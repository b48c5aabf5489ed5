/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ModulePathsTest {
  @Test
  void aNodesNameEndsInItsOp() {
    assertThat(ModulePaths.ofNode("/encoder/layer.0/attention/self/query/MatMul"))
        .contains("encoder.layer.0.attention.self.query");
    assertThat(ModulePaths.ofNode("encoder.layer.0.output.dense/matmul_1"))
        .contains("encoder.layer.0.output.dense");
    assertThat(ModulePaths.ofNode("bert/encoder/layer_0/output/dense/MatMul"))
        .contains("bert.encoder.layer_0.output.dense");
    assertThat(ModulePaths.ofNode("matmul_3")).isEmpty();
    assertThat(ModulePaths.ofNode("/MatMul")).isEmpty();
    assertThat(ModulePaths.ofNode("graph/matmul")).isEmpty();
  }

  @Test
  void aWeightsNameEndsInItsKind() {
    assertThat(ModulePaths.ofWeight("lm_head.weight")).contains("lm_head");
    assertThat(ModulePaths.ofWeight("h.0.ln_1.bias")).contains("h.0.ln_1");
    assertThat(ModulePaths.ofWeight("bert/pooler/dense/kernel")).contains("bert.pooler.dense");
    assertThat(ModulePaths.ofWeight("onnx::MatMul_123")).isEmpty();
    assertThat(ModulePaths.ofWeight("weight")).isEmpty();
  }

  @Test
  void theCommonPathEndsBetweenModules() {
    assertThat(ModulePaths.common(List.of("a.b.query", "a.b.key"))).isEqualTo("a.b");
    assertThat(ModulePaths.common(List.of("a.layer", "a.layer_norm"))).isEqualTo("a");
    assertThat(ModulePaths.common(List.of("a", "b"))).isEmpty();
  }
}
