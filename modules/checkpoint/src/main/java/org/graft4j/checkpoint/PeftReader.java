/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.checkpoint;

import static com.google.common.base.Strings.lenientFormat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.graft4j.adapters.AdaptedGraph;
import org.graft4j.adapters.AdapterPlan;
import org.graft4j.adapters.Parameter;
import org.graft4j.adapters.Targets;
import org.graft4j.adapters.lora.LoraConfig;
import org.graft4j.weights.Safetensors;
import org.graft4j.weights.TensorFile;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one adapter from its folder and attaches it; checks everything before the graph is touched.
 */
final class PeftReader {

  private static final Logger LOG = LoggerFactory.getLogger(PeftReader.class);
  private static final List<String> PICKLES =
      List.of("adapter_model.bin", "adapter_model.pt", "pytorch_adapter.bin");
  private static final String POOLER = "pooler.dense";
  private static final int SHOWN = 3;

  private final Path directory;
  private final List<String> warnings = new ArrayList<>();

  PeftReader(Path directory) {
    this.directory = directory;
  }

  LoadedAdapter attach(AdaptedGraph adapted, String adapter) throws IOException {
    Path file = files();
    LoraFormat.Read read = config();
    warnings.addAll(read.warnings());
    Map<String, INDArray> tensors = tensors(file);
    List<AdapterPlan.Site> sites = linears(adapted);
    Set<String> modules = new TreeSet<>();
    tensors.keySet().forEach(key -> TensorKeys.loraModule(key).ifPresent(modules::add));
    if (modules.isEmpty()) {
      throw CheckpointException.of("%s holds no LoRA tensors: %s", file, some(tensors.keySet()));
    }
    TensorKeys.Root root =
        TensorKeys.root(modules, sites.stream().map(AdapterPlan.Site::path).toList());
    tensors = renamed(tensors, root, adapted);
    Set<String> paths =
        modules.stream().map(root::apply).collect(Collectors.toCollection(TreeSet::new));
    leaveOutPooler(paths, sites);
    checkModel(file, paths, sites, tensors);
    Map<String, INDArray> waiting = new TreeMap<>();
    LoraConfig config = config(read.config(), adapted, paths, tensors, waiting);
    PeftMetadata metadata =
        config.targets().equals(read.config().targets())
            ? read.metadata()
            : LoraFormat.withTargets(read.metadata(), read.config());
    adapted.attach(adapter, config);
    try {
      List<Parameter> parameters = adapted.adapter(adapter).parameters();
      fill(file, parameters, tensors);
      warnUnused(file, parameters, tensors.keySet(), waiting.keySet());
    } catch (IOException | RuntimeException e) {
      adapted.detach(adapter);
      throw e;
    }
    warnings.forEach(LOG::warn);
    return new LoadedAdapter(adapted, adapter, waiting, metadata, warnings);
  }

  /** Returns the file of tensors, or says why there is none. */
  private Path files() throws CheckpointException {
    String name = String.valueOf(directory.getFileName());
    if (!Files.isDirectory(directory)) {
      if (name.endsWith(".bin") || name.endsWith(".pt") || name.endsWith(".pth")) {
        throw pickle(directory);
      }
      throw CheckpointException.of(
          Files.exists(directory)
              ? "'%s' is a file; give the folder that holds " + PeftDirectory.CONFIG
              : "there is no folder '%s'",
          directory);
    }
    if (!Files.exists(directory.resolve(PeftDirectory.CONFIG))) {
      throw CheckpointException.of(
          "'%s' holds no %s; it is no adapter of PEFT", directory, PeftDirectory.CONFIG);
    }
    Path file = directory.resolve(PeftDirectory.TENSORS);
    if (Files.exists(file)) {
      return file;
    }
    for (String other : PICKLES) {
      if (Files.exists(directory.resolve(other))) {
        throw pickle(directory.resolve(other));
      }
    }
    throw CheckpointException.of("'%s' holds no %s", directory, PeftDirectory.TENSORS);
  }

  private CheckpointException pickle(Path file) {
    return CheckpointException.of(
        "'%s' is a pickle, which can run any code when it is read; convert it in Python:"
            + " PeftModel.from_pretrained(base, '%s').save_pretrained('%s') writes %s",
        file,
        Files.isDirectory(directory) ? directory : String.valueOf(directory.getParent()),
        "NEW_FOLDER",
        PeftDirectory.TENSORS);
  }

  private LoraFormat.Read config() throws IOException {
    ConfigValues values = ConfigValues.read(directory.resolve(PeftDirectory.CONFIG));
    String type =
        values
            .text("peft_type")
            .orElseThrow(
                () ->
                    CheckpointException.of(
                        "%s: 'peft_type' is missing, so the method is not known", values));
    if (!type.equals("LORA")) {
      throw CheckpointException.of("%s: 'peft_type' must be LORA: %s", values, type);
    }
    return LoraFormat.read(values);
  }

  private Map<String, INDArray> tensors(Path file) throws IOException {
    Map<String, INDArray> tensors = new TreeMap<>();
    try (TensorFile open = Safetensors.open(file)) {
      for (String name : open.names()) {
        String key = TensorKeys.plain(name);
        if (key.contains("lora_embedding_")
            || key.contains("lora_magnitude_vector")
            || key.endsWith("lora_B.bias")) {
          throw CheckpointException.of(
              "%s: tensor '%s' is of a kind that is not supported: only LoRA of linear layers is",
              file, name);
        }
        tensors.put(key, open.readFloat(name));
      }
    }
    return tensors;
  }

  private static List<AdapterPlan.Site> linears(AdaptedGraph adapted) {
    return adapted.plan(LoraConfig.builder().targets(Targets.matching(".*")).build()).sites();
  }

  private static Map<String, INDArray> renamed(
      Map<String, INDArray> tensors, TensorKeys.Root root, AdaptedGraph adapted) {
    Map<String, INDArray> renamed = new TreeMap<>();
    tensors.forEach(
        (key, array) -> {
          String moved = root.apply(key);
          boolean head =
              TensorKeys.loraModule(key).isEmpty()
                  && !key.contains(".base_layer.")
                  && !adapted.graph().hasVariable(moved);
          renamed.put(head ? key : moved, array);
        });
    return renamed;
  }

  /**
   * An exported encoder often ends before BERT's pooler, which then adapts nothing that the graph
   * computes.
   */
  private void leaveOutPooler(Set<String> paths, List<AdapterPlan.Site> sites) {
    boolean known = sites.stream().anyMatch(site -> site.path().equals(POOLER));
    if (!known && paths.remove(POOLER)) {
      warnings.add(
          lenientFormat(
              "this graph has no '%s'; what %s has for it is ignored", POOLER, directory));
    }
  }

  private void warnUnused(
      Path file, List<Parameter> parameters, Set<String> keys, Set<String> waiting) {
    Set<String> unused = new TreeSet<>(keys);
    unused.removeAll(waiting);
    for (Parameter parameter : parameters) {
      unused.remove(parameter.key());
      unused.remove(parameter.key().replace(".base_layer.bias", ".bias"));
    }
    unused.removeIf(key -> key.startsWith(POOLER + "."));
    if (!unused.isEmpty()) {
      warnings.add(lenientFormat("%s: tensors %s are not used", file, some(unused)));
    }
  }

  /** Says which layers or shapes show that the adapter was made for another model. */
  private void checkModel(
      Path file, Set<String> paths, List<AdapterPlan.Site> sites, Map<String, INDArray> tensors)
      throws CheckpointException {
    Map<String, AdapterPlan.Site> byPath = new LinkedHashMap<>();
    sites.forEach(site -> byPath.put(site.path(), site));
    Set<String> unknown = new TreeSet<>(paths);
    unknown.removeAll(byPath.keySet());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          lenientFormat(
              "%s belongs to another model: it adapts %s, but this graph has %s",
              file, some(unknown), some(byPath.keySet())));
    }
    for (String path : paths) {
      INDArray a = tensors.get(path + "." + TensorKeys.LORA_A);
      INDArray b = tensors.get(path + "." + TensorKeys.LORA_B);
      if (a == null || b == null) {
        throw CheckpointException.of(
            "%s lacks tensor '%s.%s'",
            file, path, a == null ? TensorKeys.LORA_A : TensorKeys.LORA_B);
      }
      AdapterPlan.Site site = Optional.ofNullable(byPath.get(path)).orElseThrow();
      if (a.rank() != 2 || b.rank() != 2 || a.size(0) != b.size(1)) {
        throw CheckpointException.of(
            "%s: tensors A and B of '%s' do not fit together: shapes %s and %s",
            file, path, Arrays.toString(a.shape()), Arrays.toString(b.shape()));
      }
      if (a.size(1) != site.in() || b.size(0) != site.out()) {
        throw new IllegalArgumentException(
            lenientFormat(
                "%s belongs to another model: '%s' is adapted from %s to %s features, but this"
                    + " graph has it from %s to %s",
                file, path, a.size(1), b.size(0), site.in(), site.out()));
      }
    }
  }

  /**
   * Returns the config with targets and modules as this graph names them; what the graph lacks is
   * put aside.
   */
  private LoraConfig config(
      LoraConfig config,
      AdaptedGraph adapted,
      Set<String> paths,
      Map<String, INDArray> tensors,
      Map<String, INDArray> waiting) {
    List<String> present = new ArrayList<>();
    for (String module : config.modulesToSave()) {
      List<String> keys =
          tensors.keySet().stream()
              .filter(key -> TensorKeys.loraModule(key).isEmpty())
              .filter(key -> TensorKeys.isWithin(TensorKeys.module(key), module))
              .toList();
      if (keys.stream().anyMatch(adapted.graph()::hasVariable)) {
        present.add(module);
      } else {
        keys.forEach(key -> waiting.put(key, Optional.ofNullable(tensors.get(key)).orElseThrow()));
      }
    }
    LoraConfig fitted = config.toBuilder().modulesToSave(present).build();
    Set<String> planned =
        adapted.plan(fitted).sites().stream()
            .map(AdapterPlan.Site::path)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    boolean allMatch =
        !(fitted.targets().include() instanceof Targets.Names names)
            || names.names().stream()
                .allMatch(
                    name -> paths.stream().anyMatch(path -> ("." + path).endsWith("." + name)));
    if (planned.equals(paths) && allMatch) {
      return fitted;
    }
    planned.removeAll(paths);
    if (!planned.isEmpty()) {
      warnings.add(
          lenientFormat(
              "%s: there are no tensors for %s, which the targets also match; they stay as they"
                  + " are",
              directory.resolve(PeftDirectory.TENSORS), some(planned)));
    }
    return fitted.toBuilder().targets(Targets.of(paths)).build();
  }

  private static void fill(Path file, List<Parameter> parameters, Map<String, INDArray> tensors)
      throws CheckpointException {
    for (Parameter parameter : parameters) {
      String key = parameter.key();
      INDArray tensor = tensors.get(key);
      if (tensor == null && key.endsWith(".base_layer.bias")) {
        tensor =
            tensors.get(
                key.replace(".base_layer.bias", ".bias")); // as old versions of PEFT wrote it
      }
      if (tensor == null) {
        throw CheckpointException.of("%s lacks tensor '%s%s'", file, PeftDirectory.PREFIX, key);
      }
      if (!Arrays.equals(tensor.shape(), parameter.array().shape())) {
        throw new IllegalArgumentException(
            lenientFormat(
                "%s: tensor '%s' has shape %s, but its config and this graph need %s",
                file,
                key,
                Arrays.toString(tensor.shape()),
                Arrays.toString(parameter.array().shape())));
      }
      parameter.array().assign(tensor);
    }
  }

  private static String some(Set<String> names) {
    String first = names.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return names.size() <= SHOWN
        ? first
        : lenientFormat("%s, … (%s more)", first, names.size() - SHOWN);
  }
}
