/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PythonJsonTest {

  @Test
  void indentsAndSorts() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("z", List.of(1, 2.5));
    map.put("a", Map.of());
    map.put("b", List.of());
    map.put("c", Map.of("k", true));
    map.put("d", Arrays.asList((Object) null));
    map.put("ä\"\\\n\u0001", "ı");

    assertThat(PythonJson.write(map))
        .isEqualTo(
            """
            {
              "a": {},
              "b": [],
              "c": {
                "k": true
              },
              "d": [
                null
              ],
              "z": [
                1,
                2.5
              ],
              "\\u00e4\\"\\\\\\n\\u0001": "\\u0131"
            }\
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "-0.1, -0.1",
    "16, 16.0",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "-0.000012345, -1.2345e-05",
    "1234567890123456, 1234567890123456.0",
    "12345678901234567890, 1.2345678901234567e+19",
    "1e16, 1e+16",
    "1e300, 1e+300",
    "NaN, NaN",
    "-Infinity, -Infinity",
  })
  void writesFloatsAsPythonDoes(double value, String text) {
    assertThat(PythonJson.number(value)).isEqualTo(text);
  }
}
