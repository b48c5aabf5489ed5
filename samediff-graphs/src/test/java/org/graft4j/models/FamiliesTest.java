/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Every family in every form computes what transformers does, run by stock SameDiff. */
final class FamiliesTest {
  private static final double TOLERANCE = 1e-5;

  @TestFactory
  Stream<DynamicTest> computeWhatTransformersDoes() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String family : TinyFamilies.names()) {
      for (Form form : TinyFamilies.forms(family)) {
        tests.add(DynamicTest.dynamicTest(family + " " + form, () -> check(family, form)));
      }
    }
    return tests.stream();
  }

  private static void check(String family, Form form) {
    SameDiff graph = TinyFamilies.graph(family, form);
    Map<String, INDArray> arrays = TinyFamilies.arrays(family, "cases");
    int checked = 0;
    for (int i = 0; arrays.containsKey(i + ".in.input_ids"); i++) {
      Map<String, INDArray> inputs = TinyFamilies.inputs(graph, arrays, i + ".in.");
      Map<String, INDArray> outputs = graph.output(inputs, graph.outputs());
      for (String output : graph.outputs()) {
        String prefix = i + ".out." + (form == Form.BASE ? "" : form + ".");
        INDArray expected = requireNonNull(arrays.get(prefix + output), prefix + output);
        INDArray mask = TinyFamilies.mask(graph, arrays, i + ".in.", output);
        INDArray actual = requireNonNull(outputs.get(output));
        assertThat(actual.shape()).as(prefix + output).isEqualTo(expected.shape());
        assertThat(relative(actual, expected, mask)).as(prefix + output).isLessThan(TOLERANCE);
        checked++;
      }
    }
    assertThat(checked).isGreaterThanOrEqualTo(4);
  }

  /** The largest difference over the largest number, of tokens that are no padding. */
  private static double relative(INDArray actual, INDArray expected, INDArray mask) {
    INDArray tokens = mask.castTo(DataType.FLOAT);
    boolean perToken = expected.rank() > 1 && expected.size(1) == mask.size(1);
    INDArray weight =
        !perToken
            ? tokens.mul(0).add(1).sum(1).div(mask.size(1)).reshape(mask.size(0), 1)
            : expected.rank() == 3 ? tokens.reshape(mask.size(0), mask.size(1), 1) : tokens;
    if (Double.isNaN(actual.sumNumber().doubleValue())) {
      return Double.NaN; // ND4J's maximum passes over it
    }
    INDArray difference = Transforms.abs(actual.sub(expected)).mul(weight);
    INDArray size = Transforms.abs(expected, true).mul(weight);
    return difference.maxNumber().doubleValue() / size.maxNumber().doubleValue();
  }
}
