/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.build.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The drawing of the modules in the README: A → B where A needs B, and no other arrows. */
final class ArrowsTest {
  private static final Map<String, List<String>> ARROWS =
      Map.ofEntries(
          Map.entry("graph", List.of()),
          Map.entry("weights", List.of()),
          Map.entry("text", List.of()),
          Map.entry("models", List.of("graph", "weights")),
          Map.entry("onnx", List.of("graph", "weights")),
          Map.entry("engine", List.of("graph")),
          Map.entry("adapters", List.of("graph")),
          Map.entry("checkpoint", List.of("adapters", "weights")),
          Map.entry("tasks", List.of("adapters", "engine", "text")),
          Map.entry("training", List.of("engine", "adapters", "tasks", "checkpoint")));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.graft4j");

  static List<String> modules() {
    return ARROWS.keySet().stream().sorted().toList();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void needsOnlyWhatItsArrowsReach(String module) {
    Set<String> allowed = new HashSet<>();
    reach(module, allowed);
    ArchRule rule =
        classes()
            .that()
            .resideInAPackage("org.graft4j." + module + "..")
            .should()
            .onlyDependOnClassesThat(
                DescribedPredicate.describe(
                    "lie in " + new TreeSet<>(allowed) + " or outside of the project",
                    target -> !own(target) || allowed.contains(moduleOf(target))));
    rule.check(CLASSES);
  }

  @Test
  void modulesHaveNoCycles() {
    slices().matching("org.graft4j.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void everyModuleIsDrawn() {
    Set<String> drawn = new TreeSet<>(ARROWS.keySet());
    drawn.addAll(List.of("cli", "benchmarks", "examples", "build"));
    Set<String> found = new TreeSet<>();
    CLASSES.forEach(c -> found.add(moduleOf(c)));
    assertThat(drawn).containsAll(found);
    assertThat(found).containsAll(ARROWS.keySet());
  }

  @Test
  void filesAreNotReadByJavaSerialisation() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.ObjectInputStream")
        .check(CLASSES);
  }

  private static void reach(String module, Set<String> into) {
    if (into.add(module)) {
      ARROWS.getOrDefault(module, List.of()).forEach(next -> reach(next, into));
    }
  }

  private static boolean own(JavaClass c) {
    return c.getPackageName().startsWith("org.graft4j.");
  }

  private static String moduleOf(JavaClass c) {
    String name = c.getPackageName().substring("org.graft4j.".length());
    int end = name.indexOf('.');
    return end < 0 ? name : name.substring(0, end);
  }
}
