/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import static org.graft4j.adapters.Targets.requireArgument;

import java.util.ArrayList;
import java.util.List;
import org.graft4j.graph.Value;
import org.graft4j.graph.roles.Embedding;
import org.graft4j.graph.roles.Linear;
import org.graft4j.graph.roles.Norm;
import org.graft4j.graph.roles.Orientation;
import org.graft4j.graph.roles.Role;
import org.graft4j.graph.roles.Roles;
import org.jspecify.annotations.Nullable;

/** The arrays of the base that belong to modules which are trained and saved whole. */
final class SavedModules {

  private SavedModules() {}

  /**
   * One array of such a module; kept as torch keeps it, so a weight may lie the other way round.
   */
  record Copy(String path, String suffix, Value base, boolean transposed) {}

  /** Returns the arrays of the modules, or says which module is not there. */
  static List<Copy> find(Roles roles, List<String> modules) {
    List<Copy> all = all(roles);
    List<Copy> found = new ArrayList<>();
    for (String module : modules) {
      List<Copy> of = all.stream().filter(c -> Selection.isWithin(c.path(), module)).toList();
      requireArgument(
          !of.isEmpty(),
          "module to save '%s' matches no layer with weights; this graph has: %s",
          module,
          Selection.candidates(module, all.stream().map(Copy::path).distinct().toList()));
      found.addAll(of);
    }
    return found.stream().distinct().toList();
  }

  private static List<Copy> all(Roles roles) {
    List<Copy> copies = new ArrayList<>();
    for (Linear linear : roles.linears()) {
      add(
          copies,
          linear,
          "weight",
          linear.weight().base(),
          linear.orientation() == Orientation.IN_OUT);
      add(copies, linear, "bias", linear.bias(), false);
    }
    for (Norm norm : roles.norms()) {
      add(copies, norm, "weight", norm.weight(), false);
      add(copies, norm, "bias", norm.beta(), false);
    }
    for (Embedding embedding : roles.embeddings()) {
      add(copies, embedding, "weight", embedding.table().base(), false);
    }
    return copies;
  }

  private static void add(
      List<Copy> copies, Role role, String suffix, @Nullable Value base, boolean transposed) {
    if (base != null && base.isStored()) {
      copies.add(new Copy(role.path(), suffix, base, transposed));
    }
  }
}
