/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import static org.graft4j.adapters.Targets.requireArgument;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.graft4j.graph.roles.Embedding;
import org.graft4j.graph.roles.Linear;
import org.graft4j.graph.roles.Roles;

/** The linear layers of a graph that {@link Targets} choose, and the reasons against the others. */
final class Selection {

  private static final Set<String> HEADS =
      Set.of("lm_head", "embed_out", "classifier", "score", "qa_outputs");
  private static final int CANDIDATES = 3;

  private final Targets targets;
  private final List<Linear> linears;
  private final List<Linear> sites = new ArrayList<>();
  private final List<AdapterPlan.Miss> misses = new ArrayList<>();

  Selection(GraphView view, Roles roles, AdapterConfig config) {
    targets = config.targets();
    linears = roles.linears();
    Set<String> outputs = Set.copyOf(view.outputs().stream().map(Value::name).toList());
    Set<String> tables =
        Set.copyOf(roles.embeddings().stream().map(e -> table(e).name()).distinct().toList());
    for (Linear linear : linears) {
      String path = linear.path();
      if (targets.exclude().filter(e -> matches(e, path)).isPresent()) {
        miss(path, "excluded by " + targets.exclude().get());
      } else if (config.modulesToSave().stream().anyMatch(m -> isWithin(path, m))) {
        miss(path, "trained whole as a module to save");
      } else if (targets.include() instanceof Targets.AllLinear
          && (HEADS.contains(lastSegment(path))
              || tables.contains(linear.weight().base().name())
              || endsIn(linear.output(), outputs))) {
        miss(path, "output head");
      } else if (!matches(targets.include(), path)) {
        if (nearest(path) <= 2) {
          miss(path, "its name is near, but not " + targets.include());
        }
      } else if (!hasLayer(path)) {
        miss(path, "its layer number is not in " + targets.layers());
      } else {
        sites.add(linear);
      }
    }
  }

  /** Returns the layers that match; that there are none is the caller's to judge. */
  AdapterPlan plan() {
    return new AdapterPlan(
        sites.stream()
            .map(
                s ->
                    new AdapterPlan.Site(
                        s.path(), s.weight().base().name(), s.inFeatures(), s.outFeatures()))
            .toList(),
        misses);
  }

  /** Returns the layers that match, or says what is wrong with the targets. */
  List<Linear> sites() {
    requireArgument(
        !linears.isEmpty(),
        "targets %s match no linear layer; this graph has none",
        targets.include());
    if (targets.include() instanceof Targets.Names names) {
      for (String name : names.names()) {
        Targets.Names one = new Targets.Names(List.of(name));
        requireArgument(
            sites.stream().anyMatch(s -> matches(one, s.path())),
            "targets %s match no linear layer%s; this graph has: %s",
            sites.isEmpty() ? names : one,
            limits(),
            candidates(name));
      }
    }
    requireArgument(
        !sites.isEmpty(),
        "targets %s match no linear layer%s; this graph has: %s",
        targets.include(),
        limits(),
        candidates(""));
    Map<String, String> weights = new HashMap<>();
    for (Linear site : sites) {
      String weight = site.weight().base().name();
      String other = weights.putIfAbsent(site.path(), weight);
      requireArgument(
          other == null || other.equals(weight),
          "two layers have the path '%s', with the weights '%s' and '%s'; give paths that differ",
          site.path(),
          other,
          weight);
    }
    return List.copyOf(sites);
  }

  static boolean matches(Targets.Choice choice, String path) {
    if (choice instanceof Targets.Names names) {
      return names.names().stream().anyMatch(n -> path.equals(n) || path.endsWith("." + n));
    }
    if (choice instanceof Targets.Expression expression) {
      return path.matches(expression.regex());
    }
    return true;
  }

  /**
   * Returns whether a path is that of a module, or of a part of it, where the module is given by
   * the end of its path.
   */
  static boolean isWithin(String path, String module) {
    return ("." + path + ".").contains("." + module + ".");
  }

  /** Returns up to three paths, those nearest to a name first, and how many more there are. */
  private String candidates(String name) {
    return candidates(name, linears.stream().map(Linear::path).distinct().toList());
  }

  static String candidates(String name, List<String> paths) {
    String shown =
        String.join(
            ", ",
            paths.stream()
                .sorted(
                    Comparator.comparingInt(
                        p -> name.isEmpty() ? 0 : distance(lastSegment(p), lastSegment(name))))
                .limit(CANDIDATES)
                .toList());
    return paths.size() <= CANDIDATES
        ? shown
        : shown + ", … (" + (paths.size() - CANDIDATES) + " more)";
  }

  private String limits() {
    return targets.exclude().map(e -> " outside of " + e).orElse("")
        + (targets.layers().isEmpty() ? "" : " with a layer number in " + targets.layers());
  }

  private void miss(String path, String reason) {
    misses.add(new AdapterPlan.Miss(path, reason));
  }

  private int nearest(String path) {
    return targets.include() instanceof Targets.Names names
        ? names.names().stream()
            .mapToInt(n -> distance(lastSegment(path), lastSegment(n)))
            .min()
            .orElseThrow()
        : Integer.MAX_VALUE;
  }

  private boolean hasLayer(String path) {
    if (targets.layers().isEmpty()) {
      return true;
    }
    List<String> patterns =
        targets.layersPatterns().isEmpty() ? List.of("[^.]*") : targets.layersPatterns();
    for (String pattern : patterns) {
      Matcher matcher =
          Pattern.compile(".*?\\.(?:" + pattern + ")\\.(\\d+)\\.").matcher("." + path);
      if (matcher.lookingAt()) {
        return targets.layers().contains(Integer.parseInt(matcher.group(1)));
      }
    }
    return false;
  }

  /** Follows a value through nodes that only pass it on to an output of the graph. */
  private static boolean endsIn(Value value, Set<String> outputs) {
    Value current = value;
    while (!outputs.contains(current.name())) {
      List<Node> consumers = current.consumers();
      if (consumers.size() != 1 || !Set.of("identity", "reshape").contains(consumers.get(0).op())) {
        return false;
      }
      current = consumers.get(0).output();
    }
    return true;
  }

  private static Value table(Embedding embedding) {
    return embedding.table().base();
  }

  private static String lastSegment(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** Returns the number of letters that have to be added, dropped or changed. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
