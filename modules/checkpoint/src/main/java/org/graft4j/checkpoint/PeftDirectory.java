/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.checkpoint;

import static com.google.common.base.Strings.lenientFormat;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.graft4j.adapters.AdaptedGraph;
import org.graft4j.adapters.Adapter;
import org.graft4j.adapters.Parameter;
import org.graft4j.weights.AtomicFile;
import org.graft4j.weights.Safetensors;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A directory that PEFT can load with {@code PeftModel.from_pretrained}, or that its {@code
 * save_pretrained} wrote.
 *
 * <p>Each file appears complete or not at all, and the config comes last. Methods: LoRA.
 */
public final class PeftDirectory {

  static final String CONFIG = "adapter_config.json";
  static final String TENSORS = "adapter_model.safetensors";
  static final String CARD = "README.md";
  static final String PREFIX = "base_model.model.";
  private static final String DEFAULT = "default";

  private PeftDirectory() {}

  /**
   * Writes one adapter.
   *
   * @param adapted the graph that carries it
   * @param adapter its name
   * @param directory the folder; it is made if it is missing, and files of an older adapter in it
   *     are replaced
   * @throws IOException if the files cannot be written
   * @throws IllegalArgumentException if there is no such adapter or PEFT has no such method
   */
  public static void save(AdaptedGraph adapted, String adapter, Path directory) throws IOException {
    save(adapted, adapter, directory, PeftMetadata.none());
  }

  /**
   * Writes one adapter, and says more about it.
   *
   * @param adapted the graph that carries it
   * @param adapter its name
   * @param directory the folder; it is made if it is missing, and files of an older adapter in it
   *     are replaced
   * @param metadata what the config shall say beside the numbers of the method
   * @throws IOException if the files cannot be written
   * @throws IllegalArgumentException if there is no such adapter or PEFT has no such method
   */
  public static void save(
      AdaptedGraph adapted, String adapter, Path directory, PeftMetadata metadata)
      throws IOException {
    write(adapted.adapter(adapter), Map.of(), directory, metadata);
  }

  /**
   * Writes all adapters of a graph as PEFT lays them out: the one named {@code default}, or the
   * only one, into the folder itself, the others into folders with their names in it.
   *
   * @param adapted the graph
   * @param directory the folder
   * @throws IOException if the files cannot be written
   * @throws IllegalArgumentException if there is no adapter or PEFT has no such method
   */
  public static void saveAll(AdaptedGraph adapted, Path directory) throws IOException {
    List<String> names = adapted.adapterNames();
    if (names.isEmpty()) {
      throw new IllegalArgumentException("the graph has no adapter to save; attach one first");
    }
    for (String name : names) {
      boolean root = name.equals(DEFAULT) || names.size() == 1;
      save(adapted, name, root ? directory : directory.resolve(name));
    }
  }

  /**
   * Reads an adapter and attaches it to a graph that carries none.
   *
   * @param graph the base; it is changed
   * @param adapter the name to attach it under
   * @param directory the folder
   * @return the adapter on its graph
   * @throws CheckpointException if the folder holds no adapter that can be read here
   * @throws IOException if a file is broken or cannot be read
   * @throws IllegalArgumentException if the adapter belongs to another model; the graph is then as
   *     it was
   */
  public static LoadedAdapter load(SameDiff graph, String adapter, Path directory)
      throws IOException {
    return load(AdaptedGraph.of(graph), adapter, directory);
  }

  /**
   * Reads an adapter and attaches it beside others. As with {@link AdaptedGraph#attach}, only the
   * first is active at once.
   *
   * @param adapted the graph; it is changed
   * @param adapter the name to attach it under
   * @param directory the folder
   * @return the adapter on its graph
   * @throws CheckpointException if the folder holds no adapter that can be read here
   * @throws IOException if a file is broken or cannot be read
   * @throws IllegalArgumentException if the adapter belongs to another model or the name is taken;
   *     the graph is then as it was
   */
  public static LoadedAdapter load(AdaptedGraph adapted, String adapter, Path directory)
      throws IOException {
    return new PeftReader(directory).attach(adapted, adapter);
  }

  /**
   * Reads every adapter of a folder: the one in it as {@code default}, those in folders below it
   * under the folders' names.
   *
   * @param graph the base; it is changed
   * @param directory the folder
   * @return the adapters by name, all on one graph
   * @throws CheckpointException if there is none or one cannot be read here
   * @throws IOException if a file is broken or cannot be read
   * @throws IllegalArgumentException if an adapter belongs to another model
   */
  public static Map<String, LoadedAdapter> loadAll(SameDiff graph, Path directory)
      throws IOException {
    Map<String, Path> folders = new TreeMap<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> below = Files.newDirectoryStream(directory, Files::isDirectory)) {
        for (Path folder : below) {
          if (Files.exists(folder.resolve(CONFIG))) {
            folders.put(String.valueOf(folder.getFileName()), folder);
          }
        }
      }
    }
    AdaptedGraph adapted = AdaptedGraph.of(graph);
    Map<String, LoadedAdapter> loaded = new LinkedHashMap<>();
    if (folders.isEmpty() || Files.exists(directory.resolve(CONFIG))) {
      loaded.put(DEFAULT, load(adapted, DEFAULT, directory));
    }
    for (Map.Entry<String, Path> folder : folders.entrySet()) {
      loaded.put(folder.getKey(), load(adapted, folder.getKey(), folder.getValue()));
    }
    return loaded;
  }

  static void write(
      Adapter adapter, Map<String, INDArray> further, Path directory, PeftMetadata metadata)
      throws IOException {
    Map<String, @Nullable Object> config = LoraFormat.write(adapter, further.keySet(), metadata);
    Map<String, INDArray> tensors = new TreeMap<>();
    further.forEach((key, array) -> tensors.put(PREFIX + key, array));
    for (Parameter parameter : adapter.parameters()) {
      tensors.put(PREFIX + parameter.key(), parameter.array());
    }
    Safetensors.write(directory.resolve(TENSORS), tensors, Map.of("format", "pt"));
    if (!Files.exists(directory.resolve(CARD))) {
      text(directory.resolve(CARD), card(adapter, metadata));
    }
    text(directory.resolve(CONFIG), PythonJson.write(config));
  }

  private static String card(Adapter adapter, PeftMetadata metadata) {
    String base =
        metadata.baseModel() == null
            ? ""
            : lenientFormat("base_model: %s\n", PythonJson.write(metadata.baseModel()));
    return lenientFormat(
        "---\n%slibrary_name: peft\ntags:\n- %s\n---\n\n# %s\n\nMade with Graft4J.\n",
        base, adapter.config().peftType().toLowerCase(Locale.ROOT), adapter.name());
  }

  private static void text(Path file, String content) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(UTF_8));
    AtomicFile.write(
        file,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }
}
