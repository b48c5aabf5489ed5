/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * ONNX's own backend node tests. Every case passes, or is refused for the reason that {@code
 * not-supported.tsv} gives; the table of operators is printed.
 */
final class NodeTest {
  private static final String DIFFERS = "differs: ";
  private static final String DIFFERENCE =
      "a row of attention that sees no key is the mean of all values, not zero";

  @Test
  void meetsTheSpecification() throws Exception {
    Map<String, String> refused = new TreeMap<>();
    Map<String, String> wrong = new TreeMap<>();
    Map<String, int[]> table = new TreeMap<>();
    Map<String, String> listed = listed();
    for (NodeCase each : NodeCase.all()) {
      int[] counts = table.computeIfAbsent(each.operator(), k -> new int[2]);
      try {
        String difference = each.run();
        if (difference.isEmpty()) {
          counts[0]++;
        } else if (listed.getOrDefault(each.name(), "").startsWith(DIFFERS)
            && !difference.contains("NaN")) {
          refused.put(each.name(), DIFFERS + DIFFERENCE);
          counts[1]++;
        } else {
          wrong.put(each.name(), difference);
        }
      } catch (UnsupportedOpException e) {
        refused.put(each.name(), e.problems().get(0));
        counts[1]++;
      } catch (RuntimeException e) {
        wrong.put(each.name(), String.valueOf(e));
      }
    }
    print(table);
    assertThat(wrong).isEmpty();
    assertThat(refused).containsExactlyEntriesOf(listed);
  }

  private static Map<String, String> listed() throws Exception {
    Map<String, String> listed = new TreeMap<>();
    try (InputStream in = NodeTest.class.getResourceAsStream("not-supported.tsv")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      text.lines().forEach(line -> listed.put(line.split("\t", 2)[0], line.split("\t", 2)[1]));
    }
    return listed;
  }

  private static void print(Map<String, int[]> table) {
    StringBuilder text = new StringBuilder("ONNX backend node tests\n");
    int passed = 0;
    int refused = 0;
    for (Map.Entry<String, int[]> entry : table.entrySet()) {
      int[] counts = entry.getValue();
      passed += counts[0];
      refused += counts[1];
      text.append(
          String.format(
              Locale.ROOT,
              "  %-28s %s%n",
              entry.getKey(),
              counts[1] == 0
                  ? counts[0] + " passed"
                  : counts[0] == 0
                      ? "not supported (" + counts[1] + ")"
                      : counts[0] + " passed, " + counts[1] + " not supported"));
    }
    text.append(String.format(Locale.ROOT, "  %d passed, %d not supported", passed, refused));
    System.out.println(text);
  }
}
