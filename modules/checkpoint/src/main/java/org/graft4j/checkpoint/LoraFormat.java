/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.checkpoint;

import static com.google.common.base.Strings.lenientFormat;
import static java.util.Comparator.naturalOrder;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.graft4j.adapters.Adapter;
import org.graft4j.adapters.Targets;
import org.graft4j.adapters.lora.LoraConfig;
import org.graft4j.adapters.lora.LoraConfigBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The config of a LoRA, as PEFT 0.21.2 writes it.
 *
 * <p>Three kinds of keys: those this class turns into a {@link LoraConfig} and back; those that
 * must have their default, because they change what the adapter computes in a way that is not known
 * here; and those that are kept as they are, because they do not.
 */
final class LoraFormat {

  static final String VERSION = "0.21.2";

  private static final ImmutableSet<String> READ =
      ImmutableSet.of(
          "alpha_pattern",
          "base_model_name_or_path",
          "bias",
          "exclude_modules",
          "inference_mode",
          "layers_pattern",
          "layers_to_transform",
          "lora_alpha",
          "lora_dropout",
          "modules_to_save",
          "peft_type",
          "peft_version",
          "r",
          "rank_pattern",
          "target_modules",
          "task_type",
          "use_rslora");

  /** Keys whose other values compute something else, with the value that does not. */
  private static final Map<String, @Nullable Object> DEFAULT_ONLY = new TreeMap<>();

  /** Keys that are kept, with PEFT's defaults. */
  private static final Map<String, @Nullable Object> KEPT = new TreeMap<>();

  static {
    for (String key :
        List.of(
            "alora_invocation_tokens",
            "arrow_config",
            "kasa_config",
            "layer_replication",
            "monteclora_config",
            "target_parameters",
            "trainable_token_indices",
            "use_bdlora")) {
      DEFAULT_ONLY.put(key, null);
    }
    for (String key : List.of("lora_bias", "use_dora", "use_qalora")) {
      DEFAULT_ONLY.put(key, false);
    }
    for (String key :
        List.of(
            "auto_mapping",
            "corda_config",
            "eva_config",
            "lora_ga_config",
            "megatron_config",
            "revision",
            "velora_config")) {
      KEPT.put(key, null);
    }
    KEPT.put("ensure_weight_tying", false);
    KEPT.put("fan_in_fan_out", false);
    KEPT.put("init_lora_weights", true);
    KEPT.put("loftq_config", Map.of());
    KEPT.put("megatron_core", "megatron.core");
    KEPT.put("qalora_group_size", 16);
  }

  private static final ImmutableMap<String, LoraConfig.Bias> BIASES =
      ImmutableMap.of(
          "none", LoraConfig.Bias.NONE,
          "all", LoraConfig.Bias.ALL,
          "lora_only", LoraConfig.Bias.LORA_ONLY);

  private LoraFormat() {}

  /** What a config says. */
  record Read(LoraConfig config, PeftMetadata metadata, List<String> warnings) {}

  static Read read(ConfigValues values) throws CheckpointException {
    for (Map.Entry<String, @Nullable Object> entry : DEFAULT_ONLY.entrySet()) {
      Object value = values.get(entry.getKey());
      if (value != null && !value.equals(entry.getValue()) && !value.equals(Map.of())) {
        throw CheckpointException.of(
            "%s: '%s' is not supported: %s; train the adapter without it, or merge it in PEFT and"
                + " take the merged model",
            values, entry.getKey(), PythonJson.write(value));
      }
    }
    LoraConfigBuilder builder =
        LoraConfig.builder()
            .rank(values.whole("r").orElse(8))
            .alpha(values.number("lora_alpha").orElse(8.0))
            .dropout(values.number("lora_dropout").orElse(0.0))
            .targets(targets(values))
            .rsLora(values.flag("use_rslora"))
            .bias(bias(values))
            .rankPattern(values.numbers("rank_pattern", Integer.class))
            .alphaPattern(alphas(values))
            .modulesToSave(values.texts("modules_to_save"))
            .initialisation(initialisation(values));
    LoraConfig config;
    try {
      config = builder.build();
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(values + ": " + e.getMessage(), e);
    }
    return new Read(config, metadata(values), warnings(values));
  }

  static Map<String, @Nullable Object> write(
      Adapter adapter, Set<String> further, PeftMetadata metadata) {
    if (!(adapter.config() instanceof LoraConfig config)) {
      throw new IllegalArgumentException(
          lenientFormat(
              "PEFT has no directory for the method of adapter '%s': %s",
              adapter.name(), adapter.config().peftType()));
    }
    Map<String, @Nullable Object> json = new TreeMap<>(DEFAULT_ONLY);
    json.putAll(KEPT);
    json.put(
        "init_lora_weights",
        switch (config.initialisation()) {
          case DEFAULT -> true;
          case GAUSSIAN -> "gaussian";
          case NONE -> false;
        });
    json.putAll(metadata.others());
    json.put("peft_type", config.peftType());
    json.put("peft_version", VERSION);
    json.put("base_model_name_or_path", metadata.baseModel());
    json.put("task_type", metadata.taskType());
    json.put("inference_mode", true);
    json.put("r", config.rank());
    json.put("lora_alpha", plain(config.alpha()));
    json.put("lora_dropout", config.dropout());
    json.put("use_rslora", config.rsLora());
    json.put(
        "bias",
        Objects.requireNonNull(
            BIASES.entrySet().stream()
                .filter(bias -> bias.getValue() == config.bias())
                .findFirst()
                .orElseThrow()
                .getKey()));
    json.put("rank_pattern", config.rankPattern());
    Map<String, Object> alphas = new LinkedHashMap<>();
    config.alphaPattern().forEach((pattern, alpha) -> alphas.put(pattern, plain(alpha)));
    json.put("alpha_pattern", alphas);
    if (!metadata.others().containsKey("target_modules")) {
      putTargets(json, config.targets(), adapter.sites());
    }
    json.put("modules_to_save", orNull(modules(adapter, config, further)));
    return json;
  }

  /** Keeps the targets as the file has them, where the graph needed others for the same layers. */
  static PeftMetadata withTargets(PeftMetadata metadata, LoraConfig asRead) {
    Map<String, @Nullable Object> others = new TreeMap<>(metadata.others());
    putTargets(others, asRead.targets(), List.of());
    return new PeftMetadata(metadata.baseModel(), metadata.taskType(), others);
  }

  private static void putTargets(
      Map<String, @Nullable Object> json, Targets targets, List<String> sites) {
    json.put("target_modules", choice(targets.include(), sites));
    json.put(
        "exclude_modules",
        targets.exclude().map(exclude -> choice(exclude, List.of())).orElse(null));
    json.put("layers_to_transform", orNull(targets.layers().stream().sorted().toList()));
    json.put("layers_pattern", orNull(targets.layersPatterns()));
  }

  private static List<String> modules(Adapter adapter, LoraConfig config, Set<String> further) {
    List<String> modules = new ArrayList<>(config.modulesToSave());
    List<String> paths = new ArrayList<>(adapter.modules());
    further.stream().map(TensorKeys::module).sorted(naturalOrder()).forEach(paths::add);
    for (String path : paths) {
      if (modules.stream().noneMatch(module -> TensorKeys.isWithin(path, module))) {
        modules.add(path);
      }
    }
    return modules;
  }

  private static Targets targets(ConfigValues values) throws CheckpointException {
    Object include = values.get("target_modules");
    if (include == null) {
      throw CheckpointException.of("%s: 'target_modules' is missing", values);
    }
    try {
      Targets targets =
          include.equals("all-linear")
              ? Targets.allLinear()
              : new Targets(
                  choice(values, "target_modules"), Optional.empty(), Set.of(), List.of());
      if (values.get("exclude_modules") != null) {
        targets = targets.excluding(choice(values, "exclude_modules"));
      }
      return targets
          .layers(values.wholes("layers_to_transform").stream().mapToInt(i -> i).toArray())
          .layersPatterns(
              values.texts("layers_pattern").stream()
                  .filter(pattern -> !pattern.isEmpty())
                  .toArray(String[]::new));
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(values + ": " + e.getMessage(), e);
    }
  }

  private static Targets.Choice choice(ConfigValues values, String key) throws CheckpointException {
    return values.get(key) instanceof String regex
        ? new Targets.Expression(regex)
        : new Targets.Names(values.texts(key));
  }

  private static Object choice(Targets.Choice choice, List<String> sites) {
    if (choice instanceof Targets.Names names) {
      return names.names();
    }
    if (choice instanceof Targets.Expression expression) {
      return expression.regex();
    }
    return sites.isEmpty() ? "all-linear" : sites;
  }

  private static LoraConfig.Bias bias(ConfigValues values) throws CheckpointException {
    LoraConfig.Bias bias = BIASES.get(values.text("bias").orElse("none"));
    if (bias == null) {
      throw values.wrong("bias", "one of " + String.join(", ", BIASES.keySet()));
    }
    return bias;
  }

  private static Map<String, Double> alphas(ConfigValues values) throws CheckpointException {
    Map<String, Double> alphas = new LinkedHashMap<>();
    values
        .numbers("alpha_pattern", Number.class)
        .forEach((pattern, alpha) -> alphas.put(pattern, alpha.doubleValue()));
    return alphas;
  }

  private static LoraConfig.Initialisation initialisation(ConfigValues values)
      throws CheckpointException {
    Object value = values.get("init_lora_weights");
    if (value instanceof String name) {
      if (name.equals("gaussian")) {
        return LoraConfig.Initialisation.GAUSSIAN;
      }
      if (!Set.of("eva", "orthogonal", "mica").contains(name)) {
        throw CheckpointException.of(
            "%s: 'init_lora_weights' \"%s\" changes the weights of the base, which this directory"
                + " does not hold; convert the adapter in PEFT: save_pretrained(...,"
                + " path_initial_model_for_weight_conversion=...)",
            values, name);
      }
    }
    return Boolean.FALSE.equals(value)
        ? LoraConfig.Initialisation.NONE
        : LoraConfig.Initialisation.DEFAULT;
  }

  private static PeftMetadata metadata(ConfigValues values) throws CheckpointException {
    Map<String, @Nullable Object> others = new TreeMap<>();
    for (String key : values.keys()) {
      if (!READ.contains(key) && !DEFAULT_ONLY.containsKey(key)) {
        others.put(key, values.get(key));
      }
    }
    return new PeftMetadata(
        values.text("base_model_name_or_path").orElse(null),
        values.text("task_type").orElse(null),
        others);
  }

  private static List<String> warnings(ConfigValues values) throws CheckpointException {
    List<String> unknown =
        values.keys().stream()
            .filter(
                key ->
                    !READ.contains(key) && !DEFAULT_ONLY.containsKey(key) && !KEPT.containsKey(key))
            .toList();
    return unknown.isEmpty()
        ? List.of()
        : List.of(
            lenientFormat(
                "%s: keys %s are not known here and are ignored; it was written by peft %s, known"
                    + " is %s",
                values,
                unknown,
                values.text("peft_version").orElse("of unknown version"),
                VERSION));
  }

  private static @Nullable List<?> orNull(List<?> list) {
    return list.isEmpty() ? null : list;
  }

  private static Number plain(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return (long) value;
    }
    return value;
  }
}
