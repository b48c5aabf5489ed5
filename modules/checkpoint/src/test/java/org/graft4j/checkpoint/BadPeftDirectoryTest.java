/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.graft4j.checkpoint.Fixtures.model;
import static org.graft4j.checkpoint.Fixtures.peft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.graft4j.adapters.AdaptedGraph;
import org.graft4j.adapters.Adapters;
import org.graft4j.adapters.lora.LoraConfig;
import org.graft4j.graph.GraphPrinter;
import org.graft4j.weights.Safetensors;
import org.graft4j.weights.TensorFileException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Directories that cannot be read say so in one sentence and leave the graph as it was. */
final class BadPeftDirectoryTest {

  private static final String KEY =
      "base_model.model.encoder.layer.0.attention.self.query.lora_B.weight";

  @TempDir Path folder;
  private SameDiff graph = SameDiff.create();
  private Path directory = Path.of("");
  private Path config = Path.of("");
  private Path tensors = Path.of("");

  @BeforeEach
  void copy() throws IOException {
    graph = model("bert-torchscript", folder);
    directory = peft("plain", folder);
    config = directory.resolve("adapter_config.json");
    tensors = directory.resolve("adapter_model.safetensors");
  }

  private void fails(Class<? extends Throwable> type, String message, Object... values) {
    String before = GraphPrinter.print(graph);
    assertThatThrownBy(() -> PeftDirectory.load(graph, "spam", directory))
        .isExactlyInstanceOf(type)
        .hasMessage(message, values);
    assertThat(GraphPrinter.print(graph)).isEqualTo(before);
  }

  private void edit(String from, String to) throws IOException {
    String text = Files.readString(config);
    assertThat(text).contains(from);
    Files.writeString(config, text.replace(from, to));
  }

  private void replace(String key, INDArray array) throws IOException {
    Map<String, INDArray> changed = new TreeMap<>(Fixtures.tensors(tensors));
    changed.put(key, array);
    Safetensors.write(tensors, changed, Map.of());
  }

  @Test
  void thereIsNoFolder() {
    directory = folder.resolve("nowhere");
    fails(CheckpointException.class, "there is no folder '%s'", directory);
  }

  @Test
  void itIsAFile() {
    directory = tensors;
    fails(
        CheckpointException.class,
        "'%s' is a file; give the folder that holds adapter_config.json",
        tensors);
  }

  @Test
  void thereIsNoConfig() throws IOException {
    Files.delete(config);
    fails(
        CheckpointException.class,
        "'%s' holds no adapter_config.json; it is no adapter of PEFT",
        directory);
  }

  @Test
  void thereAreNoTensors() throws IOException {
    Files.delete(tensors);
    fails(CheckpointException.class, "'%s' holds no adapter_model.safetensors", directory);
  }

  @Test
  void theTensorsArePickled() throws IOException {
    Files.move(tensors, directory.resolve("adapter_model.bin"));
    fails(
        CheckpointException.class,
        "'%s' is a pickle, which can run any code when it is read; convert it in Python:"
            + " PeftModel.from_pretrained(base, '%s').save_pretrained('NEW_FOLDER') writes"
            + " adapter_model.safetensors",
        directory.resolve("adapter_model.bin"),
        directory);
  }

  @Test
  void theTensorsAreCut() throws IOException {
    byte[] bytes = Files.readAllBytes(tensors);
    Files.write(tensors, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> PeftDirectory.load(graph, "spam", directory))
        .isInstanceOf(TensorFileException.class)
        .hasMessageContaining("adapter_model.safetensors");
  }

  @Test
  void theConfigIsCut() throws IOException {
    Files.writeString(config, Files.readString(config).substring(0, 30));
    assertThatThrownBy(() -> PeftDirectory.load(graph, "spam", directory))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(config + " is not a JSON object: line 2, column");
  }

  @Test
  void theMethodIsMissing() throws IOException {
    edit("\"peft_type\": \"LORA\",", "");
    fails(
        CheckpointException.class,
        "%s: 'peft_type' is missing, so the method is not known",
        config);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "LORA"                  | "IA3"        | 'peft_type' must be LORA: IA3
          "r": 4                  | "r": "four"  | 'r' must be a whole number: "four"
          "r": 4                  | "r": 0       | rank must be positive: 0
          "lora_alpha": 8         | "lora_alpha": [] | 'lora_alpha' must be a number: []
          "lora_dropout": 0.0     | "lora_dropout": 1.5 | dropout must be at least 0 and less than 1: 1.5
          "bias": "none"          | "bias": "some" | 'bias' must be one of none, all, lora_only: "some"
          "use_dora": false       | "use_dora": true | 'use_dora' is not supported: true; train the adapter without it, or merge it in PEFT and take the merged model
          "init_lora_weights": true | "init_lora_weights": "pissa" | 'init_lora_weights' "pissa" changes the weights of the base, which this directory does not hold; convert the adapter in PEFT: save_pretrained(..., path_initial_model_for_weight_conversion=...)
          """)
  void theConfigAsksForWhatIsNotPossible(String from, String to, String message)
      throws IOException {
    edit(from, to);
    fails(CheckpointException.class, "%s: %s", config, message);
  }

  @Test
  void theAdapterIsForAnotherArchitecture() throws IOException {
    graph = model("llama-torchscript", folder);
    fails(
        IllegalArgumentException.class,
        "%s belongs to another model: it adapts encoder.layer.0.attention.self.query,"
            + " encoder.layer.0.attention.self.value, encoder.layer.1.attention.self.query, … (1"
            + " more), but this graph has model.layers.0.self_attn.q_proj,"
            + " model.layers.0.self_attn.k_proj, model.layers.0.self_attn.v_proj, … (12 more)",
        tensors);
  }

  @Test
  void theAdapterIsForAWiderModel() throws IOException {
    replace(KEY, Nd4j.create(DataType.FLOAT, 384, 4));
    fails(
        IllegalArgumentException.class,
        "%s belongs to another model: 'encoder.layer.0.attention.self.query' is adapted from 32 to"
            + " 384 features, but this graph has it from 32 to 32",
        tensors);
  }

  @Test
  void theRankIsNotThatOfTheConfig() throws IOException {
    edit("\"r\": 4", "\"r\": 3");
    fails(
        IllegalArgumentException.class,
        "%s: tensor 'encoder.layer.0.attention.self.query.lora_A.weight' has shape [4, 32], but its"
            + " config and this graph need [3, 32]",
        tensors);
  }

  @Test
  void halfOfAPairIsMissing() throws IOException {
    Map<String, INDArray> fewer = new TreeMap<>(Fixtures.tensors(tensors));
    fewer.remove(KEY);
    Safetensors.write(tensors, fewer, Map.of());
    fails(
        CheckpointException.class,
        "%s lacks tensor 'encoder.layer.0.attention.self.query.lora_B.weight'",
        tensors);
  }

  @Test
  void theNameIsTaken() throws IOException {
    AdaptedGraph adapted =
        Adapters.attach(graph, "spam", LoraConfig.builder().targets("key").build());
    assertThatThrownBy(() -> PeftDirectory.load(adapted, "spam", directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'spam'");
    assertThat(adapted.adapterNames()).containsExactly("spam");
  }

  @Test
  void theFolderCannotBeWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    AdaptedGraph adapted =
        Adapters.attach(graph, "spam", LoraConfig.builder().targets("key").build());
    assertThatThrownBy(() -> PeftDirectory.save(adapted, "spam", file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot write '%s", file);
    assertThat(file).hasContent("");
  }

  @Test
  void nothingIsHalfWritten() throws IOException {
    byte[] before = Files.readAllBytes(tensors);
    Path blocked = Files.createDirectory(directory.resolve("blocked"));
    Files.createDirectory(blocked.resolve("adapter_model.safetensors"));
    Files.createFile(blocked.resolve("adapter_model.safetensors/occupied"));
    LoadedAdapter loaded = PeftDirectory.load(graph, "spam", directory);

    assertThatThrownBy(() -> loaded.save(blocked)).isInstanceOf(IOException.class);

    try (var files = Files.list(blocked)) {
      assertThat(files.map(file -> String.valueOf(file.getFileName())))
          .containsExactly("adapter_model.safetensors");
    }
    assertThat(tensors).hasBinaryContent(before);
  }

  @Test
  void tensorsWithoutAPlaceAreReported() throws IOException {
    replace("base_model.model.encoder.extra.weight", Nd4j.ones(DataType.FLOAT, 2));

    assertThat(PeftDirectory.load(graph, "spam", directory).warnings())
        .containsExactly(tensors + ": tensors encoder.extra.weight are not used");
  }

  @Test
  void layersWithoutTensorsStayAsTheyAre() throws IOException {
    edit("\"query\",\n    \"value\"", "\"query\",\n    \"value\",\n    \"key\"");

    LoadedAdapter loaded = PeftDirectory.load(graph, "spam", directory);

    assertThat(loaded.warnings())
        .containsExactly(
            tensors
                + ": there are no tensors for encoder.layer.0.attention.self.key,"
                + " encoder.layer.1.attention.self.key, which the targets also match; they stay as"
                + " they are");
    assertThat(loaded.adapted().adapter("spam").sites()).hasSize(4);
  }
}
