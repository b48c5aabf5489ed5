/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.checkpoint;

import static com.google.common.base.Strings.lenientFormat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an {@code adapter_config.json}, read with their types checked. A missing key and
 * null are the same.
 */
final class ConfigValues {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Path file;
  private final Map<String, @Nullable Object> values;

  private ConfigValues(Path file, Map<String, @Nullable Object> values) {
    this.file = file;
    this.values = values;
  }

  static ConfigValues read(Path file) throws IOException {
    try {
      return new ConfigValues(
          file,
          JSON.readValue(
              Files.readString(file), new TypeReference<TreeMap<String, @Nullable Object>>() {}));
    } catch (JsonProcessingException e) {
      throw new CheckpointException(
          lenientFormat(
              "%s is not a JSON object: line %s, column %s: %s",
              file,
              e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
              e.getLocation() == null ? 1 : e.getLocation().getColumnNr(),
              e.getOriginalMessage()),
          e);
    }
  }

  Set<String> keys() {
    return values.keySet();
  }

  @Nullable Object get(String key) {
    return values.get(key);
  }

  Optional<String> text(String key) throws CheckpointException {
    return as(key, String.class, "text");
  }

  boolean flag(String key) throws CheckpointException {
    return as(key, Boolean.class, "true or false").orElse(false);
  }

  Optional<Double> number(String key) throws CheckpointException {
    return as(key, Number.class, "a number").map(Number::doubleValue);
  }

  Optional<Integer> whole(String key) throws CheckpointException {
    return as(key, Integer.class, "a whole number");
  }

  /** Returns a list of texts; a single text is a list of one. */
  List<String> texts(String key) throws CheckpointException {
    return list(key, String.class, "a list of texts");
  }

  /** Returns a list of whole numbers; a single one is a list of one. */
  List<Integer> wholes(String key) throws CheckpointException {
    return list(key, Integer.class, "a list of whole numbers");
  }

  /** Returns a map from text to numbers, in the order of the keys. */
  <T extends Number> Map<String, T> numbers(String key, Class<T> type) throws CheckpointException {
    Map<String, T> result = new LinkedHashMap<>();
    Map<?, ?> entries = as(key, Map.class, "an object").orElse(Map.of());
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      if (!type.isInstance(entry.getValue())) {
        throw wrong(key, "an object with numbers");
      }
      result.put(String.valueOf(entry.getKey()), type.cast(entry.getValue()));
    }
    return result;
  }

  CheckpointException wrong(String key, String expected) {
    return CheckpointException.of(
        "%s: '%s' must be %s: %s", file, key, expected, PythonJson.write(values.get(key)));
  }

  @Override
  public String toString() {
    return file.toString();
  }

  private <T> Optional<T> as(String key, Class<T> type, String expected)
      throws CheckpointException {
    Object value = values.get(key);
    if (value != null && !type.isInstance(value)) {
      throw wrong(key, expected);
    }
    return Optional.ofNullable(value).map(type::cast);
  }

  private <T> List<T> list(String key, Class<T> type, String expected) throws CheckpointException {
    Object value = values.get(key);
    if (value == null) {
      return List.of();
    }
    List<T> result = new ArrayList<>();
    for (Object element : value instanceof List<?> several ? several : List.of(value)) {
      if (!type.isInstance(element)) {
        throw wrong(key, expected);
      }
      result.add(type.cast(element));
    }
    return result;
  }
}
