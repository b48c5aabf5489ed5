/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.assertj.core.data.Offset;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.roles.Attention;
import org.graft4j.graph.roles.FeedForward;
import org.graft4j.graph.roles.Linear;
import org.graft4j.graph.roles.Roles;
import org.graft4j.graph.roles.Slice;
import org.graft4j.models.TinyGraphs;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** The roles of every export, against what torch said the model consists of. */
final class RolesOfExportsTest {
  private static final Map<String, Roles> IMPORTED = new ConcurrentHashMap<>();

  static List<String> exports() {
    return TinyGraphs.exports();
  }

  private static Roles roles(String export) throws IOException {
    Roles known = IMPORTED.get(export);
    if (known == null) {
      Path file = TinyGraphs.file(export + ".onnx");
      known = Roles.of(GraphView.of(OnnxImporter.load(file)));
      IMPORTED.put(export, known);
    }
    return known;
  }

  private static JsonNode expected(String export) throws IOException {
    try (InputStream stream = TinyGraphs.open(export + ".json")) {
      return new ObjectMapper().readTree(stream);
    }
  }

  @ParameterizedTest
  @MethodSource("exports")
  void hasEveryLinearLayer(String export) throws IOException {
    Map<String, String> expected = new TreeMap<>();
    expected(export)
        .get("linears")
        .fields()
        .forEachRemaining(
            e ->
                expected.put(
                    e.getKey(),
                    e.getValue().get("in").asText()
                        + " to "
                        + e.getValue().get("out").asText()
                        + (e.getValue().get("bias").asBoolean() ? " with bias" : "")));
    Map<String, String> actual = new TreeMap<>();
    for (Linear linear : roles(export).linears()) {
      String before =
          actual.put(
              linear.path(),
              linear.inFeatures()
                  + " to "
                  + linear.outFeatures()
                  + (linear.bias() == null ? "" : " with bias"));
      assertThat(before).as("another layer called '%s'", linear.path()).isNull();
      assertThat(linear.exposed()).as(linear.path()).isEmpty();
      assertThat(linear.isAdapted()).isFalse();
    }
    assertThat(actual).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("exports")
  void hasEveryNorm(String export) throws IOException {
    Map<String, String> expected = new TreeMap<>();
    expected(export)
        .get("norms")
        .fields()
        .forEachRemaining(
            e ->
                expected.put(
                    e.getKey(),
                    e.getValue().get("kind").asText()
                        + " "
                        + (float) e.getValue().get("epsilon").asDouble()));
    Map<String, String> actual = new TreeMap<>();
    roles(export)
        .norms()
        .forEach(
            n -> {
              String kind = n.kind().name().toLowerCase(Locale.ROOT);
              actual.put(n.path(), kind + " " + (float) n.epsilon());
              assertThat(n.exposed()).as(n.path()).isEmpty();
            });
    assertThat(actual).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("exports")
  void hasEveryEmbedding(String export) throws IOException {
    Map<String, String> expected = new TreeMap<>();
    expected(export)
        .get("embeddings")
        .fields()
        .forEachRemaining(
            e ->
                expected.put(
                    e.getKey(), e.getValue().get("rows") + " x " + e.getValue().get("width")));
    expected.remove("shared"); // T5's table, which encoder and decoder look up under their names
    Map<String, String> actual = new TreeMap<>();
    roles(export)
        .embeddings()
        .forEach(
            e -> {
              long[] shape = e.table().base().array().shape();
              actual.put(e.path(), shape[0] + " x " + shape[1]);
            });
    assertThat(actual).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("exports")
  void hasEveryActivation(String export) throws IOException {
    JsonNode expected = expected(export).get("activations");
    Roles roles = roles(export);
    assertThat(roles.activations())
        .hasSize(expected.get("count").asInt())
        .allSatisfy(
            a -> {
              assertThat(a.kind().name().toLowerCase(Locale.ROOT))
                  .isEqualTo(expected.get("kind").asText());
              assertThat(a.exposed()).isEmpty();
            });
    assertThat(roles.feedForwards())
        .extracting(FeedForward::activation)
        .isEqualTo(roles.activations());
  }

  @ParameterizedTest
  @MethodSource("exports")
  void hasEveryAttention(String export) throws IOException {
    JsonNode expected = expected(export).get("attentions");
    List<Attention> attentions = roles(export).attentions();
    assertThat(attentions)
        .hasSize(expected.get("count").asInt())
        .allSatisfy(
            a -> {
              assertThat(a.heads()).isEqualTo(expected.get("heads").asInt());
              assertThat(a.keyValueHeads()).isEqualTo(expected.get("keyValueHeads").asInt());
              assertThat(a.mask()).isNotNull();
              assertThat(a.scale())
                  .isCloseTo(export.startsWith("t5") ? 1 : 1 / Math.sqrt(8), within());
            });
    assertThat(attentions.stream().map(RolesOfExportsTest::names).toList())
        .isEqualTo(projections(export, attentions.size()));
  }

  private static Offset<Double> within() {
    return Offset.offset(1e-6);
  }

  private static List<String> names(Attention a) {
    Linear output = a.outputProjection();
    return List.of(
        a.query().path(),
        a.key().path(),
        a.value().path(),
        output == null ? "none" : output.path(),
        a.path());
  }

  /** The names of the projections as the four families call them, in the order of execution. */
  private static List<List<String>> projections(String export, int count) {
    List<List<String>> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String family = export.substring(0, export.indexOf('-'));
      names.add(
          switch (family) {
            case "bert" -> bert("encoder.layer." + i + ".attention.");
            case "gpt2" -> {
              String path = "transformer.h." + i + ".attn";
              String fused = path + ".c_attn";
              yield List.of(fused, fused, fused, path + ".c_proj", path);
            }
            case "llama" -> named("model.layers." + i + ".self_attn", "%s_proj");
            default ->
                named(
                    i < 2
                        ? "encoder.block." + i + ".layer.0.SelfAttention"
                        : "decoder.block."
                            + (i - 2) / 2
                            + (i % 2 == 0 ? ".layer.0.SelfAttention" : ".layer.1.EncDecAttention"),
                    "%s");
          });
    }
    return names;
  }

  private static List<String> bert(String path) {
    String self = path + "self";
    return List.of(self + ".query", self + ".key", self + ".value", path + "output.dense", self);
  }

  private static List<String> named(String path, String format) {
    List<String> names = new ArrayList<>();
    for (String letter : List.of("q", "k", "v", "o")) {
      names.add(path + "." + String.format(Locale.ROOT, format, letter));
    }
    names.add(path);
    return names;
  }

  @ParameterizedTest
  @MethodSource("exports")
  void leavesNothingHalfRecognised(String export) throws IOException {
    assertThat(roles(export).nearMisses()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("exports")
  void fusedProjectionsHaveNamedSlices(String export) throws IOException {
    Map<String, List<String>> slices = new LinkedHashMap<>();
    for (Linear linear : roles(export).linears()) {
      if (!linear.slices().isEmpty()) {
        slices.put(linear.path(), linear.slices().stream().map(Slice::name).toList());
      }
    }
    List<String> three = List.of("query", "key", "value");
    assertThat(slices)
        .isEqualTo(
            export.startsWith("gpt2")
                ? Map.of("transformer.h.0.attn.c_attn", three, "transformer.h.1.attn.c_attn", three)
                : Map.of());
  }

  @ParameterizedTest
  @MethodSource("exports")
  void findsWhatSurroundsTheAttentions(String export) throws IOException {
    Roles roles = roles(export);
    assertThat(roles.masks()).isNotEmpty().allSatisfy(m -> assertThat(m.nodes()).isNotEmpty());
    assertThat(roles.masks()).anySatisfy(m -> assertThat(m.source()).isNotNull());
    assertThat(roles.relativeBiases()).hasSize(export.startsWith("t5") ? 2 : 0);
    assertThat(roles.positions()).hasSize(export.startsWith("t5") ? 0 : 1);
  }
}
