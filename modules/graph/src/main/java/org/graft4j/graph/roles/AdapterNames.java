/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.roles;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Markers;
import org.graft4j.graph.Value;

/**
 * Tells what belongs to adapters from what belongs to the model, by name.
 *
 * <p>A gate {@code p.gate} marks all that is named {@code p.…} or {@code p/…} as its adapter's, and
 * PEFT's suffixes mark a weight even without a gate.
 */
final class AdapterNames {
  private static final Pattern PEFT =
      Pattern.compile(
          ".*\\.(lora_(A|B|E|embedding_A|embedding_B|magnitude_vector)|ia3_l|vera_.*)(\\..*)?");
  private static final String GATE = ".gate";

  private final Set<String> prefixes = new HashSet<>();

  AdapterNames(GraphView view) {
    for (Value value : view.constants()) {
      if (Markers.isGate(value)) {
        prefixes.add(value.name().substring(0, value.name().length() - GATE.length()));
      }
    }
  }

  boolean owns(String name) {
    if (PEFT.matcher(name).matches()) {
      return true;
    }
    if (prefixes.isEmpty()) {
      return false;
    }
    for (int i = name.length() - 1; i > 0; i--) {
      char c = name.charAt(i);
      if ((c == '.' || c == '/') && prefixes.contains(name.substring(0, i))) {
        return true;
      }
    }
    return false;
  }
}
