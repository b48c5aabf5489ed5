/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.graft4j.checkpoint.Fixtures.model;
import static org.graft4j.checkpoint.Fixtures.peft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.graft4j.adapters.AdaptedGraph;
import org.graft4j.adapters.Adapters;
import org.graft4j.adapters.Targets;
import org.graft4j.adapters.lora.LoraConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What is written is, byte for byte, what PEFT writes. */
final class PeftDirectoryTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "plain, bert-torchscript",
    "rslora, bert-torchscript",
    "patterns, bert-dynamo",
    "bias-all, bert-torchscript",
    "bias-lora-only, bert-torchscript",
    "all-linear, bert-torchscript",
    "regex, bert-dynamo",
    "layers, bert-dynamo",
    "saved, bert-torchscript",
    "gpt2, gpt2-torchscript",
    "llama, llama-dynamo",
    "t5, t5-torchscript",
  })
  void writesWhatItReadByteForByte(String directory, String export) throws IOException {
    Path original = peft(directory, folder);
    Path copy = folder.resolve("copy");

    PeftDirectory.load(model(export, folder), "default", original).save(copy);

    assertThat(copy.resolve("adapter_config.json"))
        .hasSameTextualContentAs(original.resolve("adapter_config.json"));
    assertThat(copy.resolve("adapter_model.safetensors"))
        .hasSameBinaryContentAs(original.resolve("adapter_model.safetensors"));
    assertThat(files(copy))
        .containsExactly("README.md", "adapter_config.json", "adapter_model.safetensors");
  }

  @Test
  void keepsUnknownKeysAndWarnsAboutThem() throws IOException {
    Path original = peft("unknown-keys", folder);
    Path copy = folder.resolve("copy");

    LoadedAdapter loaded =
        PeftDirectory.load(model("bert-torchscript", folder), "default", original);
    loaded.save(copy);

    assertThat(loaded.warnings())
        .containsExactly(
            original.resolve("adapter_config.json")
                + ": keys [another_one, brand_new_option] are not known here and are ignored; it"
                + " was written by peft 9.9.9, known is 0.21.2");
    assertThat(Files.readString(copy.resolve("adapter_config.json")))
        .isEqualTo(
            Files.readString(original.resolve("adapter_config.json")).replace("9.9.9", "0.21.2"));
  }

  @Test
  void fillsInWhatAnOldVersionDidNotWrite() throws IOException {
    LoadedAdapter loaded =
        PeftDirectory.load(model("bert-torchscript", folder), "default", peft("oldest", folder));
    Path copy = folder.resolve("copy");
    loaded.save(copy);

    assertThat(loaded.warnings()).isEmpty();
    assertThat(copy.resolve("adapter_config.json"))
        .hasContent(
            Files.readString(peft("plain", folder).resolve("adapter_config.json"))
                .replaceAll("(?s)\"auto_mapping\": \\{.*?\\}", "\"auto_mapping\": null"));
  }

  @Test
  void writesAnAdapterMadeHere() throws IOException {
    AdaptedGraph adapted =
        Adapters.attach(
            model("bert-torchscript", folder),
            "spam",
            LoraConfig.builder()
                .rank(2)
                .alpha(3.5)
                .targets(Targets.of("query").layers(0))
                .bias(LoraConfig.Bias.LORA_ONLY)
                .modulesToSave("LayerNorm")
                .rankPattern(Map.of("layer.0.attention.self.query", 3))
                .initialisation(LoraConfig.Initialisation.GAUSSIAN)
                .build());
    Path directory = folder.resolve("made/here");

    PeftDirectory.save(adapted, "spam", directory, PeftMetadata.none().withBaseModel("tiny/bert"));

    assertThat(Files.readString(directory.resolve("adapter_config.json")))
        .isEqualTo(resource("written-here.json"));
    assertThat(Files.readString(directory.resolve("README.md")))
        .startsWith("---\nbase_model: \"tiny/bert\"\nlibrary_name: peft\ntags:\n- lora\n---\n");
    String layer = "base_model.model.encoder.layer.0.attention.self.query.";
    Map<String, INDArray> tensors =
        Fixtures.tensors(directory.resolve("adapter_model.safetensors"));
    assertThat(tensors.keySet())
        .contains(
            layer + "base_layer.bias",
            layer + "lora_A.weight",
            layer + "lora_B.weight",
            "base_model.model.embeddings.LayerNorm.weight",
            "base_model.model.encoder.layer.1.output.LayerNorm.bias")
        .hasSize(3 + 2 * 5);
    assertThat(Fixtures.get(tensors, layer + "lora_A.weight").shape()).containsExactly(3, 32);
    assertThat(
            PeftDirectory.load(model("bert-dynamo", folder), "again", directory)
                .adapted()
                .adapter("again")
                .config())
        .isEqualTo(adapted.adapter("spam").config());
  }

  @Test
  void laysSeveralAdaptersOutAsPeftDoes() throws IOException {
    LoraConfig config = LoraConfig.builder().rank(1).targets("query").build();
    AdaptedGraph adapted = Adapters.attach(model("bert-torchscript", folder), "default", config);
    Path one = folder.resolve("one");
    PeftDirectory.saveAll(adapted, one);
    adapted.attach("other", config);
    Path two = folder.resolve("two-of-them");
    PeftDirectory.saveAll(adapted, two);

    assertThat(files(one)).contains("adapter_config.json").doesNotContain("default");
    assertThat(files(two)).contains("adapter_config.json", "other");
    assertThat(files(two.resolve("other"))).contains("adapter_model.safetensors");
    assertThat(PeftDirectory.loadAll(model("bert-torchscript", folder), two))
        .containsOnlyKeys("default", "other");
  }

  @Test
  void leavesTheUsersModelCardAlone() throws IOException {
    LoadedAdapter loaded =
        PeftDirectory.load(model("bert-torchscript", folder), "default", peft("plain", folder));
    Path copy = Files.createDirectory(folder.resolve("copy"));
    Files.writeString(copy.resolve("README.md"), "mine");

    loaded.save(copy);

    assertThat(copy.resolve("README.md")).hasContent("mine");
  }

  private static String resource(String name) throws IOException {
    try (var in = PeftDirectoryTest.class.getResourceAsStream(name)) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static List<String> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}
