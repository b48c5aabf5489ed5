/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.checkpoint;

import com.google.common.collect.ImmutableMap;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The parts of a tensor's key, and how the module paths of a file lie to those of a graph. */
final class TensorKeys {

  static final String LORA_A = "lora_A.weight";
  static final String LORA_B = "lora_B.weight";

  private TensorKeys() {}

  /** Returns a key without PEFT's wrappers. */
  static String plain(String key) {
    String plain =
        key.startsWith(PeftDirectory.PREFIX) ? key.substring(PeftDirectory.PREFIX.length()) : key;
    return plain.replace(".modules_to_save.", ".");
  }

  /** Returns the module path of a saved module's or a bias's key. */
  static String module(String key) {
    int dot = key.lastIndexOf('.');
    return dot < 0 ? "" : key.substring(0, dot);
  }

  /** Returns the module path of a LoRA key, or nothing if it is none. */
  static Optional<String> loraModule(String key) {
    for (String suffix : Set.of("." + LORA_A, "." + LORA_B)) {
      if (key.endsWith(suffix)) {
        return Optional.of(key.substring(0, key.length() - suffix.length()));
      }
    }
    return Optional.empty();
  }

  /**
   * Returns whether a path is that of a module or of a part of it, the module given by the end of
   * its path.
   */
  static boolean isWithin(String path, String module) {
    return ("." + path + ".").contains("." + module + ".");
  }

  /**
   * How a graph's paths differ from a file's at the root.
   *
   * @param drop what the file's paths have in front, such as {@code bert.}
   * @param add what the graph's paths have in front
   */
  record Root(String drop, String add) {
    String apply(String path) {
      return path.startsWith(drop) ? add + path.substring(drop.length()) : path;
    }
  }

  /** Finds the difference that most module paths of the file agree on. */
  static Root root(Collection<String> inFile, Collection<String> inGraph) {
    Map<Root, Integer> votes = new HashMap<>();
    for (String module : inFile) {
      for (String path : inGraph) {
        if (module.equals(path)) {
          votes.merge(new Root("", ""), 1, Integer::sum);
        } else if (module.endsWith("." + path)) {
          votes.merge(
              new Root(module.substring(0, module.length() - path.length()), ""), 1, Integer::sum);
        } else if (path.endsWith("." + module)) {
          votes.merge(
              new Root("", path.substring(0, path.length() - module.length())), 1, Integer::sum);
        }
      }
    }
    return ImmutableMap.copyOf(votes).entrySet().stream()
        .max(
            Map.Entry.<Root, Integer>comparingByValue()
                .thenComparing(e -> -e.getKey().drop().length() - e.getKey().add().length()))
        .map(Map.Entry::getKey)
        .orElse(new Root("", ""));
  }
}
